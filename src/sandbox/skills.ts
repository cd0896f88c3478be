/** Routing skills: the routes and the operations on skills. */
import type { Call, Json, Organisation, SandboxRoute } from "./api.ts";
import { Answer, askedFor, bodyOf, NO_CONTENT, optionalText, pathSkill, requiredText, route } from "./api.ts";
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
    const found = askedFor(call, data.skills).filter((skill) => isShown(skill) && call.view.seesSkill(skill));
    return pageOf(call, found, (skill) => wireSkill(call, data, skill));
  }),
  route("GET /routing/skills/:skill", { scope: READ }, (call, data) => {
    const skill = pathSkill(call, data);
    if (skill.state === "deleted" && call.faults.on.deletedGone) throw notFound("skill", skill.id);
    return wireSkill(call, data, skill);
  }),
  route("POST /routing/skills", CREATE, (call, data) => {
    const isCloud = call.dialect === "cloud";
    const body = bodyOf(call);
    const divisionId = optionalText(body, isCloud ? "divisionId" : "division_id");
    const fields = isCloud ? { name: requiredText(body, "name") } : fieldsOf(body);
    const [next, skill] = createSkill(
      data,
      { ...fields, ...(divisionId !== undefined && { divisionId }) },
      call,
    );
    call.store.write(next);
    const shown = wireSkill(call, next, skill);
    return isCloud ? shown : new Answer(201, shown, { Location: `/api/v2/routing/skills/${skill.id}` });
  }),
  route("PATCH /routing/skills/:skill", { ...UPDATE, dialect: "cloud" }, (call, data) =>
    change(call, data, { divisionId: requiredText(bodyOf(call), "divisionId") }),
  ),
  route("PUT /routing/skills/:skill", { scope: WRITE, dialect: "profiles" }, (call, data) =>
    change(call, data, fieldsOf(bodyOf(call))),
  ),
  route("DELETE /routing/skills/:skill", DELETE, (call, data) => {
    call.store.write(deleteSkill(data, present(call, data), call));
    return NO_CONTENT;
  }),
];

function change(call: Call, data: Data, changes: SkillChanges): Json {
  const [next, changed] = changeSkill(data, present(call, data), changes, call);
  call.store.write(next);
  return wireSkill(call, next, changed);
}

function fieldsOf(body: Json) {
  return { name: requiredText(body, "name"), description: optionalText(body, "description") ?? null };
}

/** The skill in the path, if it isn't deleted; throws 404. */
function present(call: Call, data: Data): SkillRecord {
  const skill = pathSkill(call, data);
  if (skill.state === "deleted") throw notFound("skill", skill.id);
  return skill;
}

function wireSkill(call: Call, data: Data, skill: SkillRecord): Json {
  return {
    id: skill.id,
    name: skill.name,
    ...(call.dialect === "profiles" && { description: skill.description }),
    ...(skill.divisionId !== undefined && { division: divisionOf(data, skill.divisionId) }),
    dateModified: skill.modified,
    state: skill.state,
    version: String(skill.version),
    selfUri: `/api/v2/routing/skills/${skill.id}`,
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
  data: Data,
  { name, description = null, divisionId }: SkillChanges & { readonly name: string },
  organisation: Organisation,
): [Data, SkillRecord] {
  refuseTaken(data, name, undefined, organisation);
  const made = data.made + 1;
  const skill: SkillRecord = {
    id: idOf("made skill", name, made),
    name,
    description,
    ...(divisionId !== undefined && { divisionId: knownDivision(data, divisionId) }),
    state: "active",
    version: 1,
    modified: now(organisation),
  };
  return [{ ...data, made, skills: [...data.skills, skill] }, skill];
}

/** Changes a skill; refuses the name of another skill. */
export function changeSkill(
  data: Data,
  skill: SkillRecord,
  changes: SkillChanges,
  organisation: Organisation,
): [Data, SkillRecord] {
  if (changes.name !== undefined) refuseTaken(data, changes.name, skill.id, organisation);
  if (changes.divisionId !== undefined) knownDivision(data, changes.divisionId);
  const changed = { ...skill, ...changes, version: skill.version + 1, modified: now(organisation) };
  return [{ ...data, skills: replaced(data.skills, changed) }, changed];
}

/** Marks a skill as deleted, and removes it from users and profiles. Flows keep their references. */
export function deleteSkill(data: Data, skill: SkillRecord, organisation: Organisation): Data {
  const next = { state: "deleted", version: skill.version + 1, modified: now(organisation) } as const;
  const lingers = organisation.faults.on.assignmentsLinger;
  return {
    ...data,
    skills: replaced(data.skills, { ...skill, ...next }),
    users: data.users.map((user) => {
      if (lingers || !Object.hasOwn(user.skills, skill.id)) return user;
      const { [skill.id]: _gone, ...skills } = user.skills;
      return { ...user, skills };
    }),
    profiles: data.profiles.map((profile) =>
      profile.skillIds.includes(skill.id)
        ? { ...profile, skillIds: profile.skillIds.filter((id) => id !== skill.id) }
        : profile,
    ),
  };
}

/** Refuses a taken name with 409 or `duplicateStatus`; the API documents no status. */
function refuseTaken(data: Data, name: string, self: string | undefined, organisation: Organisation): void {
  const key = (text: string) => (organisation.caseInsensitiveNames ? text.toLowerCase() : text);
  const taken = data.skills.find(
    (skill) => skill.state !== "deleted" && skill.id !== self && key(skill.name) === key(name),
  );
  if (taken && organisation.faults.on.duplicateStatus === 400)
    throw badRequest(`A skill with the name ${taken.name} already exists.`, "name");
  if (taken) throw conflict(taken);
}

function knownDivision(data: Data, id: string): string {
  if (!byId(data.divisions).has(id))
    throw badRequest(`There is no division with the id ${id}.`, "divisionId");
  return id;
}

function now({ clock }: Organisation): string {
  return new Date(clock()).toISOString();
}
