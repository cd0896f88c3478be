/** /api/v2/architect/dependencytracking: which flows refer to a skill. */

import type { Context } from "hono";
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import { needs } from "./context.ts";
import type { Data, FlowRecord } from "./data.ts";
import { badRequest, notFound } from "./errors.ts";
import { pageOf } from "./pages.ts";
import { byName } from "./view.ts";
import { wireDependency } from "./wire.ts";

const VIEW = needs(["architect:dependencyTracking:view"]);
const SKILL_TYPE = "ACDSKILL";
/** The page size that the vendor's own tools stay within. */
const PAGE_MAX = 100;

/** Dependency tracking. It knows flows only, and nothing while its index is being built. */
export function architectRoutes(shared: Shared): Hono<Env> {
  const { store, faults } = shared;
  const building = () => faults.on.indexBuilding === true;
  const routes = new Hono<Env>();

  routes.get("/consumingresources", VIEW, (c) => {
    const id = requiredQuery(c, "id");
    const type = requiredQuery(c, "objectType");
    const flows = type === SKILL_TYPE && !building() ? flowsUsing(store.read(), id) : [];
    return c.json(pageOf(c, shared, flows.map(wireDependency), { max: PAGE_MAX }));
  });

  routes.get("/build", VIEW, (c) =>
    c.json({
      id: store.data.organization.id,
      status: building() ? "BUILDINPROGRESS" : "OPERATIONAL",
      failedObjects: [],
      selfUri: "/api/v2/architect/dependencytracking/build",
    }),
  );

  routes.get("/object", VIEW, (c) => {
    const id = requiredQuery(c, "id");
    const data = store.read();
    const skill = data.skills.find((one) => one.id === id);
    if (!skill) throw notFound("dependency object", id);
    const consumers = c.req.query("consumingResources") === "true" && !building() ? flowsUsing(data, id) : [];
    return c.json({
      id,
      name: skill.name,
      type: SKILL_TYPE,
      deleted: skill.state === "deleted",
      updated: false,
      stateUnknown: false,
      consumingResources: consumers.map(wireDependency),
      selfUri: c.var.record.path,
    });
  });

  routes.get("/deletedresourceconsumers", VIEW, (c) => {
    const data = store.read();
    const deleted = new Set(
      data.skills.filter((skill) => skill.state === "deleted").map((skill) => skill.id),
    );
    const flows = building() ? [] : data.flows.filter((flow) => flow.skillIds.some((id) => deleted.has(id)));
    const objects = flows.sort(byName).map((flow) => ({
      ...wireDependency(flow),
      consumedResources: flow.skillIds.filter((id) => deleted.has(id)).map((id) => deletedSkill(data, id)),
    }));
    return c.json(pageOf(c, shared, objects, { max: PAGE_MAX }));
  });

  return routes;
}

function flowsUsing(data: Data, skillId: string): FlowRecord[] {
  return data.flows.filter((flow) => flow.skillIds.includes(skillId)).sort(byName);
}

function deletedSkill(data: Data, id: string) {
  return { id, name: data.skills.find((skill) => skill.id === id)?.name, type: SKILL_TYPE, deleted: true };
}

function requiredQuery(c: Context<Env>, name: string): string {
  const value = c.req.query(name);
  if (value === undefined || value === "") throw badRequest(`${name} is required.`, name);
  return value;
}
