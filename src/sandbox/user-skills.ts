/** The skills of one user: the routes and operations. */
import type { ClientView } from "./access.ts";
import type { Call, Json, SandboxRoute } from "./api.ts";
import { bodyOf, isObject, NO_CONTENT, presentUser, route } from "./api.ts";
import type { Data, UserRecord } from "./data.ts";
import { byId, inOrder, replaced } from "./data.ts";
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
    return write(call, giveSkills(data, call.view, presentUser(call, data), [item]), item.id);
  }),
  route(`PATCH ${BASE}/bulk`, ASSIGN, (call, data) => {
    const items = readItems(call);
    return write(call, giveSkills(data, call.view, presentUser(call, data), items));
  }),
  route(`PUT ${BASE}/bulk`, ASSIGN, (call, data) => {
    const items = readItems(call);
    const user = presentUser(call, data);
    return write(call, withSkills(data, user, checkedSkills(data, call.view, items)));
  }),
  route(`PUT ${BASE}/:skill`, ASSIGN, (call, data) => {
    const { skill = "" } = call.params;
    const proficiency = readProficiency(bodyOf(call)["proficiency"]);
    const user = presentUser(call, data);
    refuseUnassigned(user, skill);
    return write(call, withSkills(data, user, { ...user.skills, [skill]: proficiency }), skill);
  }),
  route(`DELETE ${BASE}/:skill`, ASSIGN, (call, data) => {
    call.store.write(takeSkill(data, presentUser(call, data), call.params["skill"] ?? ""));
    return NO_CONTENT;
  }),
];

function readItems({ body }: Call): Assignment[] {
  if (!Array.isArray(body)) throw badRequest("The request body must be a list.");
  if (body.length > MAX) throw badRequest(`A bulk request can hold ${MAX} items, not ${body.length}.`);
  return body.map((item, index) => readAssignment(item, `body[${index}]`));
}

/** Writes the data, and returns the user's skill with this id, or all skills. */
function write(call: Call, next: Data, skillId?: string): Json {
  call.store.write(next);
  const shown = wireUserSkills(next, presentUser(call, next));
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
  data: Data,
  view: ClientView,
  user: UserRecord,
  items: readonly Assignment[],
): Data {
  return withSkills(data, user, { ...user.skills, ...checkedSkills(data, view, items) });
}

/** Removes a skill from a user; 404 if the user doesn't have it. */
export function takeSkill(data: Data, user: UserRecord, skillId: string): Data {
  refuseUnassigned(user, skillId);
  const { [skillId]: _taken, ...skills } = user.skills;
  return withSkills(data, user, skills);
}

function checkedSkills(data: Data, view: ClientView, items: readonly Assignment[]): Record<string, number> {
  for (const { id } of items) {
    const skill = byId(data.skills).get(id);
    if (!skill || skill.state === "deleted" || !view.seesSkill(skill))
      throw badRequest(`There is no skill with the id ${id}.`, "id");
  }
  return Object.fromEntries(items.map(({ id, proficiency }) => [id, proficiency]));
}

function withSkills(data: Data, user: UserRecord, skills: Readonly<Record<string, number>>): Data {
  const count = Object.keys(skills).length;
  if (count > MAX && count > Object.keys(user.skills).length)
    throw new ApiError(400, "bad.request", `A user can hold ${MAX} skills, not ${count}.`, {
      limit: { key: "skills.per.user", namespace: "routing", value: MAX },
    });
  return { ...data, users: replaced(data.users, { ...user, skills }) };
}

function refuseUnassigned(user: UserRecord, skillId: string): void {
  if (!Object.hasOwn(user.skills, skillId)) throw notFound("skill of this user", skillId);
}
