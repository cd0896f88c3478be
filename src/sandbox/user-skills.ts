/** The skills of one user: the routes and operations. */
import type { ClientView } from "./access.ts";
import type { Call, Json, Organisation, SandboxRoute } from "./api.ts";
import { bodyOf, isObject, NO_CONTENT, presentUser, route } from "./api.ts";
import type { Data, UserRecord } from "./data.ts";
import { byId, inOrder } from "./data.ts";
import { ApiError, badRequest, notFound } from "./errors.ts";
import { pageOf, SMALL_PAGES, wholePage } from "./pages.ts";

const BASE = "/users/:user/routingskills";
const ASSIGN = { permissions: ["routing:skill:assign"], scope: "routing:user:write" } as const;
/** The maximum number of items in a bulk request, and of skills of a user. */
const MAX = 50;

/** The order matters, because `:skill` matches "bulk" too. */
export const USER_SKILL_ROUTES: readonly SandboxRoute[] = [
  route(`GET ${BASE}`, { scope: "user:read" }, (call, data) =>
    pageOf(call, wireUserSkills(data, presentUser(call, data)), (skill) => skill, SMALL_PAGES),
  ),
  route(`POST ${BASE}`, ASSIGN, (call, data) => {
    const item = readAssignment(bodyOf(call), "body");
    giveSkills(call, presentUser(call, data), [item], call.view);
    return shownSkills(call, item.id);
  }),
  route(`PATCH ${BASE}/bulk`, ASSIGN, (call, data) => {
    const items = readItems(call);
    giveSkills(call, presentUser(call, data), items, call.view);
    return shownSkills(call);
  }),
  route(`PUT ${BASE}/bulk`, ASSIGN, (call, data) => {
    const items = readItems(call);
    const user = presentUser(call, data);
    setSkills(call, user, checkedSkills(data, call.view, items));
    return shownSkills(call);
  }),
  route(`PUT ${BASE}/:skill`, ASSIGN, (call, data) => {
    const { skill = "" } = call.params;
    const proficiency = readProficiency(bodyOf(call)["proficiency"]);
    const user = presentUser(call, data);
    refuseUnassigned(user, skill);
    setSkills(call, user, { ...user.skills, [skill]: proficiency });
    return shownSkills(call, skill);
  }),
  route(`DELETE ${BASE}/:skill`, ASSIGN, (call, data) => {
    takeSkill(call, presentUser(call, data), call.params["skill"] ?? "");
    return NO_CONTENT;
  }),
];

function readItems({ body }: Call): Assignment[] {
  if (!Array.isArray(body)) throw badRequest("The request body must be a list.");
  if (body.length > MAX) throw badRequest(`A bulk request can hold ${MAX} items, not ${body.length}.`);
  return body.map((item, index) => readAssignment(item, `body[${index}]`));
}

/** The user's skill with this id, or all skills, after a write. */
function shownSkills(call: Call, skillId?: string): Json {
  const { data } = call.store;
  const shown = wireUserSkills(data, presentUser(call, data));
  return skillId === undefined ? wholePage(shown) : (shown.find(({ id }) => id === skillId) ?? {});
}

function readAssignment(item: unknown, place: string): Assignment {
  if (!isObject(item)) throw badRequest(`${place} must be an object.`, place);
  const { id, proficiency } = item;
  if (typeof id !== "string" || id === "") throw badRequest(`${place} needs the id of a skill.`, "id");
  return { id, proficiency: readProficiency(proficiency) };
}

function readProficiency(value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 5))
    throw badRequest("proficiency must be a number from 0.0 to 5.0.", "proficiency");
  return value;
}

/** The skills of a user, in order of name. */
export function wireUserSkills(data: Data, user: UserRecord): Json[] {
  const skills = Object.keys(user.skills).flatMap((id) => byId(data.skills).get(id) ?? []);
  return inOrder(skills).map(({ id, name, state }) => ({
    ...{ id, name, proficiency: user.skills[id], state },
    skillUri: `/api/v2/routing/skills/${id}`,
    selfUri: `/api/v2/users/${user.id}/routingskills/${id}`,
  }));
}

interface Assignment {
  readonly id: string;
  readonly proficiency: number;
}

/** Assigns skills to a user or changes their proficiencies; leaves the other skills alone. */
export function giveSkills(
  organisation: Organisation,
  user: UserRecord,
  items: readonly Assignment[],
  view: ClientView,
): void {
  const given = checkedSkills(organisation.store.data, view, items);
  setSkills(organisation, user, { ...user.skills, ...given });
}

/** Removes a skill from a user; 404 if the user doesn't have it. */
export function takeSkill(organisation: Organisation, user: UserRecord, skillId: string): void {
  refuseUnassigned(user, skillId);
  const { [skillId]: _taken, ...skills } = user.skills;
  setSkills(organisation, user, skills);
}

function checkedSkills(data: Data, view: ClientView, items: readonly Assignment[]): Record<string, number> {
  for (const { id } of items) {
    const skill = byId(data.skills).get(id);
    if (!skill || skill.state === "deleted" || !view.seesSkill(skill))
      throw badRequest(`There is no skill with the id ${id}.`, "id");
  }
  return Object.fromEntries(items.map(({ id, proficiency }) => [id, proficiency]));
}

function setSkills({ store }: Organisation, user: UserRecord, skills: UserRecord["skills"]): void {
  const count = Object.keys(skills).length;
  if (count > MAX && count > Object.keys(user.skills).length)
    throw new ApiError(400, "bad.request", `A user can hold ${MAX} skills, not ${count}.`, {
      limit: { key: "skills.per.user", namespace: "routing", value: MAX },
    });
  store.replace("users", { ...user, skills });
}

function refuseUnassigned(user: UserRecord, skillId: string): void {
  if (!Object.hasOwn(user.skills, skillId)) throw notFound("skill of this user", skillId);
}
