/** Groups of users, and skill groups. */
import type { Call, Json, SandboxRoute } from "./api.ts";
import { matchQuery, pathRecord, route } from "./api.ts";
import type { Data, GroupRecord, SkillGroupRecord, UserRecord } from "./data.ts";
import { inOrder } from "./data.ts";
import { badRequest } from "./errors.ts";
import { homeDivision } from "./identity.ts";
import { pageOf, readPageSize, SMALL_PAGES } from "./pages.ts";
import { wireUser } from "./users.ts";

const VIEW = { permissions: ["routing:skillGroup:view"] };

/** Lists and reads groups, their members (individuals and owners), and skill groups. */
export const GROUP_ROUTES: readonly SandboxRoute[] = [
  route("GET /groups", {}, (call, data) => pageOf(call, matchQuery(call, data.groups), wireGroup)),
  route("GET /groups/:group", {}, (call, data) => wireGroup(pathGroup(call, data))),
  route("GET /groups/:group/individuals", {}, (call, data) => {
    const users = usersOf(call, data, pathGroup(call, data).memberIds);
    return { entities: users.map((user) => wireUser(data, user)), selfUri: call.record.path };
  }),
  route("GET /groups/:group/members", {}, (call, data) => {
    const { memberIds, ownerIds } = pathGroup(call, data);
    return pageOf(call, usersOf(call, data, [...memberIds, ...ownerIds]), (user) => wireUser(data, user));
  }),
  // By cursor, and without the conditions, which only a single read returns.
  route("GET /routing/skillgroups", VIEW, (call, data) => {
    const pageSize = readPageSize(call, SMALL_PAGES);
    const found = matchQuery(call, data.skillGroups);
    const after = call.query.get("after");
    const start = after === null ? 0 : found.findIndex((group) => group.id === after) + 1;
    if (after !== null && start === 0) throw badRequest("after is not a cursor of this list.", "after");
    const page = found.slice(start, start + pageSize);
    const last = start + pageSize < found.length ? page.at(-1) : undefined;
    const next = last && { nextUri: `/api/v2/routing/skillgroups?pageSize=${pageSize}&after=${last.id}` };
    const entities = page.map((group) => wireSkillGroup(data, group));
    return { entities, selfUri: call.record.path, ...next };
  }),
  route("GET /routing/skillgroups/:skillGroup", VIEW, (call, data) => {
    const group = pathRecord(call, "skillGroup", data.skillGroups);
    const condition = { comparator: "GreaterThan", proficiency: 0, childConditions: [] };
    const routingSkillConditions = group.skillNames.map((routingSkill) => ({ routingSkill, ...condition }));
    const conditions = { routingSkillConditions, languageSkillConditions: [], operation: "And" };
    return { ...wireSkillGroup(data, group), status: "COMPLETE", skillConditions: [conditions] };
  }),
];

function pathGroup(call: Call, data: Data): GroupRecord {
  return pathRecord(call, "group", data.groups);
}

/** The users that the client sees and that aren't deleted, in order of name. */
function usersOf({ view }: Call, data: Data, ids: readonly string[]): UserRecord[] {
  const isMember = (user: UserRecord) => ids.includes(user.id) && user.state !== "deleted";
  return inOrder(data.users).filter((user) => isMember(user) && view.seesUser(user));
}

/** The common fields of every group. */
const OFFICIAL = {
  type: "official",
  visibility: "public",
  rulesVisible: true,
  rolesEnabled: false,
  includeOwners: false,
  callsEnabled: false,
};

function wireGroup({ id, name, state, version, memberIds, ownerIds }: GroupRecord): Json {
  const owners = ownerIds.map((owner) => ({ id: owner, selfUri: `/api/v2/users/${owner}` }));
  const memberCount = memberIds.length;
  return { id, name, memberCount, state, version, ...OFFICIAL, owners, selfUri: `/api/v2/groups/${id}` };
}

function wireSkillGroup(data: Data, { id, name }: SkillGroupRecord): Json {
  const selfUri = `/api/v2/routing/skillgroups/${id}`;
  return { id, name, division: homeDivision(data), memberCount: 0, selfUri };
}
