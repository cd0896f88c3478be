/** /api/v2/users/{id}/routingskills */

import type { Context } from "hono";
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import { needs, readBody, readObject } from "./context.ts";
import type { Data, UserRecord } from "./data.ts";
import { ApiError, badRequest, conflict, notFound } from "./errors.ts";
import { pageOf } from "./pages.ts";
import type { Assignment } from "./user-rules.ts";
import {
  BULK_MAX,
  giveSkills,
  readAssignment,
  readProficiency,
  replaceSkills,
  setProficiency,
  takeSkill,
} from "./user-rules.ts";
import { findUser } from "./view.ts";
import { wireUserSkill, wireUserSkills } from "./wire.ts";

const READ = needs([], "user:read");
const ASSIGN = needs(["routing:skill:assign"], "routing:user:write");
/** The page size that the vendor's own tools stay within. */
const PAGE_MAX = 100;

/** The skills of one user. */
export function userSkillRoutes(shared: Shared): Hono<Env> {
  const { store } = shared;
  const routes = new Hono<Env>();

  routes.get("/:user/routingskills", READ, (c) => {
    const data = store.read();
    const user = present(data, c);
    return c.json(pageOf(c, shared, wireUserSkills(data, user), { max: PAGE_MAX }));
  });

  routes.post("/:user/routingskills", ASSIGN, async (c) => {
    const item = readAssignment(await readObject(c), "body");
    const user = written(c, shared);
    store.write(giveSkills(store.data, c.var.view, user, [item]));
    return c.json(oneSkill(store.data, user.id, item.id));
  });

  // Before /:skill, which would match "bulk" too.
  routes.patch("/:user/routingskills/bulk", ASSIGN, async (c) => {
    const items = await readItems(c);
    const user = written(c, shared);
    store.write(giveSkills(store.data, c.var.view, user, items));
    return c.json(allSkills(store.data, user.id));
  });

  routes.put("/:user/routingskills/bulk", ASSIGN, async (c) => {
    const items = await readItems(c);
    const user = written(c, shared);
    store.write(replaceSkills(store.data, c.var.view, user, items));
    return c.json(allSkills(store.data, user.id));
  });

  routes.put("/:user/routingskills/:skill", ASSIGN, async (c) => {
    const { proficiency } = await readObject(c);
    const item = { id: c.req.param("skill"), proficiency: readProficiency(proficiency) };
    const user = written(c, shared);
    store.write(setProficiency(store.data, user, item));
    return c.json(oneSkill(store.data, user.id, item.id));
  });

  routes.delete("/:user/routingskills/:skill", ASSIGN, (c) => {
    store.write(takeSkill(store.data, written(c, shared), c.req.param("skill")));
    return c.body(null, 204);
  });

  return routes;
}

/** The user of the path, if not deleted; throws 404. */
function present(data: Data, c: Context<Env>): UserRecord {
  const user = findUser(data, c.var.view, c.req.param("user") ?? "");
  if (user.state === "deleted") throw notFound("user", user.id);
  return user;
}

/** The user whose skills are about to be written; throws what `versionMismatch` says. */
function written(c: Context<Env>, { store, faults }: Shared): UserRecord {
  const user = present(store.data, c);
  if (faults.strikes("versionMismatch", `${c.req.method} ${c.var.record.path}`)) {
    c.var.record.fault = "versionMismatch";
    throw versionMismatch(faults.on.versionMismatchStatus ?? 409);
  }
  return user;
}

/** The three ways in which the API says that a version moved (vendor's Terraform provider, IsVersionMismatch). */
function versionMismatch(status: number): ApiError {
  if (status === 400) return badRequest("The version 4 does not match the current version 5.", "version");
  if (status === 408) return new ApiError(408, "request.timeout", "The request timed out.");
  return conflict();
}

async function readItems(c: Context<Env>): Promise<Assignment[]> {
  const body = await readBody(c);
  if (!Array.isArray(body)) throw badRequest("The request body must be a list.");
  if (body.length > BULK_MAX)
    throw badRequest(`A bulk request can hold ${BULK_MAX} items, not ${body.length}.`);
  return body.map((item, index) => readAssignment(item, `body[${index}]`));
}

function oneSkill(data: Data, userId: string, skillId: string) {
  const user = data.users.find((one) => one.id === userId);
  const skill = data.skills.find((one) => one.id === skillId);
  return user && skill ? wireUserSkill(user, skill) : {};
}

function allSkills(data: Data, userId: string) {
  const user = data.users.find((one) => one.id === userId);
  const entities = user ? wireUserSkills(data, user) : [];
  return { entities, pageSize: entities.length, pageNumber: 1, total: entities.length, pageCount: 1 };
}
