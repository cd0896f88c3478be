/** Architect's dependency tracking: flows that refer to a skill. It finds nothing while its index is being built. */
import type { Call, Json, SandboxRoute } from "./api.ts";
import { route } from "./api.ts";
import type { Data, FlowRecord, SkillRecord } from "./data.ts";
import { byId, inOrder } from "./data.ts";
import { badRequest, notFound } from "./errors.ts";
import { pageOf, SMALL_PAGES } from "./pages.ts";

const BASE = "/architect/dependencytracking";
const VIEW = { permissions: ["architect:dependencyTracking:view"] };
const SKILL_TYPE = "ACDSKILL";

export const ARCHITECT_ROUTES: readonly SandboxRoute[] = [
  route(`GET ${BASE}/consumingresources`, VIEW, (call, data) => {
    const id = requiredQuery(call, "id");
    const isSkill = requiredQuery(call, "objectType") === SKILL_TYPE;
    return pageOf(call, isSkill ? flowsUsing(call, data, [id]) : [], wireFlow, SMALL_PAGES);
  }),
  route(`GET ${BASE}/build`, VIEW, (call, data) => {
    const status = call.faults.on.indexBuilding ? "BUILDINPROGRESS" : "OPERATIONAL";
    return { id: data.organization.id, status, failedObjects: [], selfUri: `/api/v2${BASE}/build` };
  }),
  route(`GET ${BASE}/object`, VIEW, (call, data) => {
    const id = requiredQuery(call, "id");
    const skill = byId(data.skills).get(id);
    if (!skill) throw notFound("dependency object", id);
    const consumers = call.query.get("consumingResources") === "true" ? flowsUsing(call, data, [id]) : [];
    const consumingResources = consumers.map(wireFlow);
    return { ...wireSkill(skill), ...SETTLED, consumingResources, selfUri: call.record.path };
  }),
  route(`GET ${BASE}/deletedresourceconsumers`, VIEW, (call, data) => {
    const deleted = data.skills.filter((skill) => skill.state === "deleted");
    const ids = deleted.map(({ id }) => id);
    const show = (flow: FlowRecord) => ({
      ...wireFlow(flow),
      consumedResources: deleted.filter(({ id }) => flow.skillIds.includes(id)).map(wireSkill),
    });
    return pageOf(call, flowsUsing(call, data, ids), show, SMALL_PAGES);
  }),
];

/** The flows that refer to one of these skills, in order of name. */
function flowsUsing({ faults }: Call, data: Data, skillIds: readonly string[]): FlowRecord[] {
  if (faults.on.indexBuilding) return [];
  return inOrder(data.flows).filter((flow) => flow.skillIds.some((id) => skillIds.includes(id)));
}

const SETTLED = { updated: false, stateUnknown: false };

function wireFlow({ id, name }: FlowRecord): Json {
  const selfUri = `/api/v2${BASE}/object?id=${id}&objectType=INBOUNDCALLFLOW`;
  return { id, name, version: "1.0", type: "INBOUNDCALLFLOW", deleted: false, ...SETTLED, selfUri };
}

function wireSkill({ id, name, state }: SkillRecord): Json {
  return { id, name, type: SKILL_TYPE, deleted: state === "deleted" };
}

function requiredQuery(call: Call, name: string): string {
  const value = call.query.get(name) ?? "";
  if (value === "") throw badRequest(`${name} is required.`, name);
  return value;
}
