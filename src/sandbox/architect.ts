/** Architect's dependency tracking: flows that refer to a skill. It finds nothing while its index is being built. */
import type { Call, Json, SandboxRoute } from "./api.ts";
import { route } from "./api.ts";
import type { Data, FlowRecord } from "./data.ts";
import { inOrder } from "./data.ts";
import { badRequest } from "./errors.ts";
import { pageOf, SMALL_PAGES } from "./pages.ts";

const BASE = "/architect/dependencytracking";
const VIEW = { permissions: ["architect:dependencyTracking:view"] };

export const ARCHITECT_ROUTES: readonly SandboxRoute[] = [
  route(`GET ${BASE}/consumingresources`, VIEW, (call, data) => {
    const id = requiredQuery(call, "id");
    const isSkill = requiredQuery(call, "objectType") === "ACDSKILL";
    return pageOf(call, isSkill ? flowsUsing(call, data, id) : [], wireFlow, SMALL_PAGES);
  }),
  route(`GET ${BASE}/build`, VIEW, (call, data) => {
    const status = call.faults.on.indexBuilding ? "BUILDINPROGRESS" : "OPERATIONAL";
    return { id: data.organization.id, status, failedObjects: [], selfUri: `/api/v2${BASE}/build` };
  }),
];

/** The flows that refer to the skill, in order of name; also to a deleted one. */
function flowsUsing({ faults }: Call, data: Data, skillId: string): FlowRecord[] {
  return faults.on.indexBuilding ? [] : inOrder(data.flows).filter((flow) => flow.skillIds.includes(skillId));
}

function wireFlow({ id, name }: FlowRecord): Json {
  const type = "INBOUNDCALLFLOW";
  const state = { version: "1.0", deleted: false, updated: false, stateUnknown: false };
  return { id, name, type, ...state, selfUri: `/api/v2${BASE}/object?id=${id}&objectType=${type}` };
}

function requiredQuery(call: Call, name: string): string {
  const value = call.query.get(name) ?? "";
  if (value === "") throw badRequest(`${name} is required.`, name);
  return value;
}
