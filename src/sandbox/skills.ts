/** Routing skills: the routes and the operations on skills. */
import type { Call, Json, Organisation, SandboxRoute } from "./api.ts";
import {
  Answer,
  matchQuery,
  bodyOf,
  NO_CONTENT,
  optionalText,
  pathSkill,
  presentSkill,
  requiredText,
  route,
} from "./api.ts";
import type { Data, SkillRecord } from "./data.ts";
import { byId, idOf, replaced } from "./data.ts";
import { badRequest, conflict, notFound } from "./errors.ts";
import { divisionOf } from "./identity.ts";
import { pageOf } from "./pages.ts";

const READ = "routing:skill:read";
const WRITE = "routing:skill:write";

const MANAGE = "routing:skill:manage";
const CREATE = { permissions: [MANAGE, "routing:skill:create"], scope: WRITE };
const UPDATE = { permissions: [MANAGE, "routing:skill:update"], scope: WRITE };
const DELETE = { permissions: [MANAGE, "routing:skill:delete"], scope: WRITE };

/** Lists, reads, creates, changes and deletes skills, as far as the dialect allows. */
export const SKILL_ROUTES: readonly SandboxRoute[] = [
  route("GET /routing/skills", { scope: READ }, (call, data) => {
    const isShown = (skill: SkillRecord) => skill.state !== "deleted" || call.faults.on.deletedInLists;
    const found = matchQuery(call, data.skills).filter(
      (skill) => isShown(skill) && call.view.seesSkill(skill),
    );
    return pageOf(call, found, (skill) => wireSkill(call, data, skill));
  }),
  route("GET /routing/skills/:skill", { scope: READ }, (call, data) => {
    const skill = pathSkill(call, data);
    if (skill.state === "deleted" && call.faults.on.deletedGone) throw notFound("skill", skill.id);
    return wireSkill(call, data, skill);
  }),
  route("POST /routing/skills", CREATE, (call) => {
    const isCloud = call.dialect === "cloud";
    const body = bodyOf(call);
    const divisionId = optionalText(body, isCloud ? "divisionId" : "division_id");
    const fields = isCloud ? { name: requiredText(body, "name") } : fieldsOf(body);
    const skill = createSkill(call, { ...fields, ...(divisionId !== undefined && { divisionId }) });
    const shown = wireSkill(call, call.store.data, skill);
    return isCloud ? shown : new Answer(201, shown, { Location: `/api/v2/routing/skills/${skill.id}` });
  }),
  route("PATCH /routing/skills/:skill", { ...UPDATE, dialect: "cloud" }, (call, data) => {
    const changes = { divisionId: requiredText(bodyOf(call), "divisionId") };
    return wireSkill(call, data, changeSkill(call, presentSkill(call, data), changes));
  }),
  route("PUT /routing/skills/:skill", { scope: WRITE, dialect: "profiles" }, (call, data) => {
    const changes = fieldsOf(bodyOf(call));
    return wireSkill(call, data, changeSkill(call, presentSkill(call, data), changes));
  }),
  route("DELETE /routing/skills/:skill", DELETE, (call, data) => {
    deleteSkill(call, presentSkill(call, data));
    return NO_CONTENT;
  }),
];

function fieldsOf(body: Json) {
  return { name: requiredText(body, "name"), description: optionalText(body, "description") ?? null };
}

function wireSkill(call: Call, data: Data, skill: SkillRecord): Json {
  const { id, name, description, divisionId, modified, state, version } = skill;
  return {
    ...{ id, name, state, version: String(version), dateModified: modified },
    ...(call.dialect === "profiles" && { description }),
    ...(divisionId !== undefined && { division: divisionOf(data, divisionId) }),
    selfUri: `/api/v2/routing/skills/${id}`,
  };
}

export interface SkillChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly divisionId?: string;
  readonly state?: "active" | "inactive";
}

/** Adds a skill with a new id; refuses the name of another skill that isn't deleted. */
export function createSkill(
  organisation: Organisation,
  { name, description = null, divisionId }: SkillChanges & { readonly name: string },
): SkillRecord {
  const { store } = organisation;
  refuseTaken(organisation, name);
  if (divisionId !== undefined) refuseUnknownDivision(store.data, divisionId);
  const id = idOf("made skill", name, store.data.made + 1);
  const division = divisionId !== undefined && { divisionId };
  const dated = { version: 1, modified: now(organisation) };
  const skill: SkillRecord = { id, name, description, ...division, state: "active", ...dated };
  store.add("skills", skill);
  return skill;
}

/** Changes a skill; refuses the name of another skill. */
export function changeSkill(
  organisation: Organisation,
  skill: SkillRecord,
  changes: SkillChanges,
): SkillRecord {
  const { store } = organisation;
  if (changes.name !== undefined) refuseTaken(organisation, changes.name, skill.id);
  if (changes.divisionId !== undefined) refuseUnknownDivision(store.data, changes.divisionId);
  const changed = { ...skill, ...changes, version: skill.version + 1, modified: now(organisation) };
  store.replace("skills", changed);
  return changed;
}

/** Marks a skill as deleted, and removes it from users and profiles. Flows keep their references. */
export function deleteSkill(organisation: Organisation, skill: SkillRecord): void {
  const { store, faults } = organisation;
  const { skills, users, profiles } = store.data;
  const next = { state: "deleted", version: skill.version + 1, modified: now(organisation) } as const;
  store.write({
    skills: replaced(skills, { ...skill, ...next }),
    users: users.map((user) => {
      if (faults.on.assignmentsLinger || !Object.hasOwn(user.skills, skill.id)) return user;
      const { [skill.id]: _gone, ...others } = user.skills;
      return { ...user, skills: others };
    }),
    profiles: profiles.map((profile) => ({
      ...profile,
      skillIds: profile.skillIds.filter((id) => id !== skill.id),
    })),
  });
}

/** Refuses a taken name with 409 or `duplicateStatus`; the API documents no status. */
function refuseTaken(
  { store, faults, caseInsensitiveNames }: Organisation,
  name: string,
  self?: string,
): void {
  const key = (text: string) => (caseInsensitiveNames ? text.toLowerCase() : text);
  const taken = store.data.skills.find(
    (skill) => skill.state !== "deleted" && skill.id !== self && key(skill.name) === key(name),
  );
  if (taken && faults.on.duplicateStatus === 400)
    throw badRequest(`A skill with the name ${taken.name} already exists.`, "name");
  if (taken) throw conflict(taken);
}

function refuseUnknownDivision({ divisions }: Data, id: string): void {
  if (!byId(divisions).has(id)) throw badRequest(`There is no division with the id ${id}.`, "divisionId");
}

function now({ clock }: Organisation): string {
  return new Date(clock()).toISOString();
}
