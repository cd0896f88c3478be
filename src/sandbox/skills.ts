/** /api/v2/routing/skills */

import type { Context } from "hono";
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import { needs, optionalText, readObject, requiredText } from "./context.ts";
import { ApiError, notFound } from "./errors.ts";
import { pageOf, readList } from "./pages.ts";
import { changeSkill, createSkill, deleteSkill } from "./skill-rules.ts";
import { findSkill, visibleSkills } from "./view.ts";
import { wireSkill } from "./wire.ts";

const READ = needs([], "routing:skill:read");
const CREATE = needs(["routing:skill:manage", "routing:skill:create"], "routing:skill:write");
const UPDATE = needs(["routing:skill:manage", "routing:skill:update"], "routing:skill:write");
const DELETE = needs(["routing:skill:manage", "routing:skill:delete"], "routing:skill:write");

/** Skills: listed, read, made, changed as far as the dialect allows, and deleted. */
export function skillRoutes(shared: Shared): Hono<Env> {
  const { store, dialect, skillRules: rules } = shared;
  const described = dialect === "profiles";
  const routes = new Hono<Env>();

  routes.get("/", READ, (c) => {
    const data = store.read();
    const found = visibleSkills(data, c.var.view)
      .filter((skill) => skill.state !== "deleted" || shared.faults.on.deletedInLists === true)
      .filter(matches(c, dialect));
    const page = pageOf(c, shared, found, { max: shared.maxPageSize });
    return c.json({ ...page, entities: page.entities.map((skill) => wireSkill(data, skill, described)) });
  });

  routes.get("/:id", READ, (c) => {
    const data = store.read();
    const skill = findSkill(data, c.var.view, c.req.param("id"));
    if (skill.state === "deleted" && shared.faults.on.deletedGone === true) throw notFound("skill", skill.id);
    return c.json(wireSkill(data, skill, described));
  });

  routes.post("/", CREATE, async (c) => {
    const body = await readObject(c);
    const fields = {
      name: requiredText(body, "name"),
      ...(described ? { description: optionalText(body, "description") ?? null } : {}),
      ...divisionOf(body, described),
    };
    const [data, skill] = createSkill(store.data, fields, rules());
    store.write(data);
    const answer = wireSkill(data, skill, described);
    if (!described) return c.json(answer);
    return c.json(answer, 201, { Location: `/api/v2/routing/skills/${skill.id}` });
  });

  // The public API can move a skill to another division, and change nothing else of it.
  routes.patch("/:id", UPDATE, async (c) => {
    if (described) throw notAllowed();
    const body = await readObject(c);
    const skill = writable(c, shared);
    const [data, changed] = changeSkill(
      store.data,
      skill,
      { divisionId: requiredText(body, "divisionId") },
      rules(),
    );
    store.write(data);
    return c.json(wireSkill(data, changed, described));
  });

  routes.put("/:id", needs([], "routing:skill:write"), async (c) => {
    if (!described) throw notAllowed();
    const body = await readObject(c);
    const skill = writable(c, shared);
    const fields = {
      name: requiredText(body, "name"),
      description: optionalText(body, "description") ?? null,
    };
    const [data, changed] = changeSkill(store.data, skill, fields, rules());
    store.write(data);
    return c.json(wireSkill(data, changed, described));
  });

  routes.delete("/:id", DELETE, (c) => {
    store.write(deleteSkill(store.data, writable(c, shared), rules()));
    return c.body(null, 204);
  });

  return routes;
}

/** The skill of the path, if it isn't deleted; throws 404. */
function writable(c: Context<Env>, { store }: Shared) {
  const id = c.req.param("id") ?? "";
  const skill = findSkill(store.data, c.var.view, id);
  if (skill.state === "deleted") throw notFound("skill", id);
  return skill;
}

/** `name` asks for a beginning, `query` (profiles only) for a part, ids for themselves; all ignore case. */
function matches(
  c: Context<Env>,
  dialect: Shared["dialect"],
): (skill: { id: string; name: string }) => boolean {
  const prefix = c.req.query("name")?.toLowerCase() ?? "";
  const part = (dialect === "profiles" ? c.req.query("query")?.toLowerCase() : undefined) ?? "";
  const ids = readList(c, "id");
  return ({ id, name }) =>
    name.toLowerCase().startsWith(prefix) &&
    name.toLowerCase().includes(part) &&
    (ids.length === 0 || ids.includes(id));
}

function divisionOf(body: Record<string, unknown>, snakeCase: boolean): { divisionId?: string } {
  const divisionId = optionalText(body, snakeCase ? "division_id" : "divisionId");
  return divisionId === undefined ? {} : { divisionId };
}

function notAllowed(): ApiError {
  return new ApiError(405, "method.not.allowed", "HTTP 405 Method Not Allowed");
}
