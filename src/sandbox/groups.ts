/** /api/v2/groups and /api/v2/routing/skillgroups */

import type { Context } from "hono";
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import { needs } from "./context.ts";
import type { Data, GroupRecord } from "./data.ts";
import { badRequest, notFound } from "./errors.ts";
import { pageOf, readList, readPageSize } from "./pages.ts";
import { byName, visibleUsers } from "./view.ts";
import { wireGroup, wireSkillConditions, wireSkillGroup, wireUser } from "./wire.ts";

const SKILL_GROUP_VIEW = needs(["routing:skillGroup:view"]);
/** The page size that the vendor's own tools stay within. */
const SKILL_GROUP_PAGE_MAX = 100;

/** Groups of users, whose members may be individuals or owners. */
export function groupRoutes(shared: Shared): Hono<Env> {
  const { store } = shared;
  const routes = new Hono<Env>();

  routes.get("/", (c) => {
    const ids = readList(c, "id");
    const found = store
      .read()
      .groups.filter((group) => ids.length === 0 || ids.includes(group.id))
      .sort(byName);
    const page = pageOf(c, shared, found, { max: shared.maxPageSize });
    return c.json({ ...page, entities: page.entities.map(wireGroup) });
  });

  routes.get("/:id", (c) => c.json(wireGroup(findGroup(store.read(), c.req.param("id")))));

  routes.get("/:id/individuals", (c) => {
    const data = store.read();
    const group = findGroup(data, c.req.param("id"));
    const entities = usersOf(c, data, group.memberIds).map((user) => wireUser(data, user));
    return c.json({ entities, selfUri: c.var.record.path });
  });

  routes.get("/:id/members", (c) => {
    const data = store.read();
    const group = findGroup(data, c.req.param("id"));
    const users = usersOf(c, data, [...group.memberIds, ...group.ownerIds]);
    const page = pageOf(c, shared, users, { max: shared.maxPageSize });
    return c.json({ ...page, entities: page.entities.map((user) => wireUser(data, user)) });
  });

  return routes;
}

/** Skill groups: listed by cursor without their conditions, which only one read alone shows. */
export function skillGroupRoutes(shared: Shared): Hono<Env> {
  const { store } = shared;
  const routes = new Hono<Env>();

  routes.get("/", SKILL_GROUP_VIEW, (c) => {
    const data = store.read();
    const pageSize = readPageSize(c, { max: SKILL_GROUP_PAGE_MAX });
    const prefix = c.req.query("name")?.toLowerCase() ?? "";
    const found = data.skillGroups
      .filter((group) => group.name.toLowerCase().startsWith(prefix))
      .sort(byName);
    const after = c.req.query("after");
    const start = after === undefined ? 0 : found.findIndex((group) => group.id === after) + 1;
    if (after !== undefined && start === 0) throw badRequest("after is not a cursor of this list.", "after");
    const page = found.slice(start, start + pageSize);
    const last = start + pageSize < found.length ? page.at(-1) : undefined;
    return c.json({
      entities: page.map((group) => wireSkillGroup(data, group)),
      selfUri: c.var.record.path,
      ...(last === undefined
        ? {}
        : { nextUri: `/api/v2/routing/skillgroups?pageSize=${pageSize}&after=${last.id}` }),
    });
  });

  routes.get("/:id", SKILL_GROUP_VIEW, (c) => {
    const data = store.read();
    const group = data.skillGroups.find((one) => one.id === c.req.param("id"));
    if (!group) throw notFound("skillGroup", c.req.param("id"));
    return c.json({
      ...wireSkillGroup(data, group),
      status: "COMPLETE",
      skillConditions: wireSkillConditions(group),
    });
  });

  return routes;
}

function findGroup(data: Data, id: string): GroupRecord {
  const group = data.groups.find((one) => one.id === id);
  if (!group) throw notFound("group", id);
  return group;
}

/** Those of the users that the client sees and that aren't deleted, in order of name. */
function usersOf(c: Context<Env>, data: Data, ids: readonly string[]) {
  return visibleUsers(data, c.var.view).filter((user) => user.state !== "deleted" && ids.includes(user.id));
}
