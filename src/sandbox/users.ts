/** /api/v2/users: users as lists and one by one. */

import type { Context } from "hono";
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import { needs, readObject } from "./context.ts";
import type { Data, UserRecord } from "./data.ts";
import { badRequest, missingPermission, notFound } from "./errors.ts";
import { pageOf, readList, readPageSize } from "./pages.ts";
import { searchUsers } from "./user-search.ts";
import { findUser, visibleUsers } from "./view.ts";
import { wireUser } from "./wire.ts";

const READ = needs([], "user:read");
const VIEW = needs(["directory:user:view"], "user:read");
const STATES = ["active", "inactive", "deleted", "any"];
/** Beyond so many users the API refuses to list any but active ones (vendor's Terraform provider, DEVTOOLING-862). */
const OTHER_STATES_MAX = 10_000;

/** Users: listed by page or cursor, searched, read. */
export function userRoutes(shared: Shared): Hono<Env> {
  const { store } = shared;
  const routes = new Hono<Env>();

  /** The user at this position of a list, with what was asked for as far as no fault says else. */
  const wireListed = (data: Data, user: UserRecord, expand: readonly string[], position: number) => {
    const { missingExpand, missingProficiency } = shared.faults.on;
    if (strikesAt(missingExpand, position)) return wireUser(data, user);
    const wired = wireUser(data, user, expand);
    return strikesAt(missingProficiency, position) ? withoutProficiencies(wired) : wired;
  };

  routes.get("/", READ, (c) => {
    const data = store.read();
    const expand = readList(c, "expand");
    const found = listed(c, data);
    const page = pageOf(c, shared, found, { max: shared.maxPageSize, expanded: expand.length > 0 });
    if (c.req.query("state") === "inactive" && page.pageNumber * page.pageSize > OTHER_STATES_MAX)
      throw badRequest(`At most ${OTHER_STATES_MAX} inactive users can be listed.`, "pageNumber");
    const before = (page.pageNumber - 1) * page.pageSize;
    const entities = page.entities.map((user, at) => wireListed(data, user, expand, before + at));
    return c.json({ ...page, entities });
  });

  routes.get("/query", VIEW, (c) => {
    if (c.var.view.divisions !== "all") throw missingPermission(["directory:user:view"]);
    const data = store.read();
    const expand = readList(c, "expand");
    const pageSize = readPageSize(c, { max: shared.maxPageSize, expanded: expand.length > 0 });
    const found = listed(c, data);
    const start = readCursor(c);
    const users = found.slice(start, start + pageSize);
    const cursor = start + pageSize < found.length ? writeCursor(start + pageSize) : undefined;
    return c.json({
      entities: users.map((user, at) => wireListed(data, user, expand, start + at)),
      results: users.length,
      selfUri: c.var.record.path,
      ...(cursor === undefined ? {} : { cursor, nextUri: nextUri(c, cursor) }),
    });
  });

  routes.post("/search", VIEW, async (c) => {
    const body = await readObject(c);
    const data = store.read();
    return c.json(searchUsers(data, visibleUsers(data, c.var.view), body, shared));
  });

  routes.get("/me", () => {
    throw badRequest(
      "This request requires a user context. Client credentials cannot be used for requests to this resource.",
    );
  });

  routes.get("/:id", READ, (c) => {
    const data = store.read();
    const user = findUser(data, c.var.view, c.req.param("id"));
    const state = readState(c, "active");
    if (state !== "any" && state !== user.state) throw notFound("user", user.id);
    return c.json(wireUser(data, user, readList(c, "expand")));
  });

  return routes;
}

/** The users that the query's `state` (active) and ids ask for, in order of name. */
function listed(c: Context<Env>, data: Data): UserRecord[] {
  const state = readState(c, "active");
  const ids = readList(c, "id");
  const users = visibleUsers(data, c.var.view)
    .filter((user) => state === "any" || user.state === state)
    .filter((user) => ids.length === 0 || ids.includes(user.id));
  return c.req.query("sortOrder")?.toLowerCase() === "desc" ? users.reverse() : users;
}

function readState(c: Context<Env>, fallback: string): string {
  const state = c.req.query("state") ?? fallback;
  if (!STATES.includes(state)) throw badRequest(`state must be one of ${STATES.join(", ")}.`, "state");
  return state;
}

/** Whether a fault that strikes at every nth user strikes at this position, which counts from 0. */
function strikesAt(every = 0, position: number): boolean {
  return every > 0 && (position + 1) % every === 0;
}

function withoutProficiencies(user: ReturnType<typeof wireUser>) {
  const { skills } = user;
  if (!Array.isArray(skills)) return user;
  return { ...user, skills: (skills as object[]).map((skill) => ({ ...skill, proficiency: undefined })) };
}

function readCursor(c: Context<Env>): number {
  const cursor = c.req.query("cursor");
  if (cursor === undefined) return 0;
  const start = Number(/^from:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString())?.[1]);
  if (!Number.isInteger(start)) throw badRequest("cursor is not one of this list.", "cursor");
  return start;
}

function writeCursor(start: number): string {
  return Buffer.from(`from:${start}`).toString("base64url");
}

function nextUri(c: Context<Env>, cursor: string): string {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", cursor);
  return `${url.pathname}?${url.searchParams.toString()}`;
}
