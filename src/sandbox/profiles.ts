/** /api/v2/routing/profiles, which only the `profiles` dialect has. */
import { Hono } from "hono";
import type { Env, Shared } from "./context.ts";
import { needs, optionalText, readObject, requiredText } from "./context.ts";
import type { Data, ProfileRecord } from "./data.ts";
import { badRequest, conflict, notFound } from "./errors.ts";
import { pageOf } from "./pages.ts";
import { replaced } from "./store.ts";
import { byName } from "./view.ts";
import { wireProfile } from "./wire.ts";

const READ = needs([], "routing:profile:read");
const WRITE = needs([], "routing:profile:write");

/** Routing profiles: listed, read and replaced; there is no call that makes or deletes one. */
export function profileRoutes(shared: Shared): Hono<Env> {
  const { store } = shared;
  const routes = new Hono<Env>();

  routes.get("/", READ, (c) => {
    const data = store.read();
    const part = c.req.query("query")?.toLowerCase() ?? "";
    const found = data.profiles.filter((profile) => profile.name.toLowerCase().includes(part)).sort(byName);
    const page = pageOf(c, shared, found, { max: shared.maxPageSize });
    return c.json({ ...page, entities: page.entities.map((profile) => wireProfile(data, profile)) });
  });

  routes.get("/:id", READ, (c) => {
    const data = store.read();
    return c.json(wireProfile(data, findProfile(data, c.req.param("id"))));
  });

  routes.put("/:id", WRITE, async (c) => {
    const body = await readObject(c);
    const data = store.data;
    const profile = findProfile(data, c.req.param("id"));
    const name = requiredText(body, "name");
    const taken = data.profiles.find((other) => other.id !== profile.id && other.name === name);
    if (taken) throw conflict({ entityId: taken.id, entityName: taken.name });
    const changed = {
      ...profile,
      name,
      description: optionalText(body, "description") ?? null,
      skillIds: readSkillIds(data, body["routing_skills"]),
    };
    store.write({ ...data, profiles: replaced(data.profiles, changed) });
    return c.json(wireProfile(store.data, changed));
  });

  return routes;
}

function findProfile(data: Data, id: string): ProfileRecord {
  const profile = data.profiles.find((one) => one.id === id);
  if (!profile) throw notFound("profile", id);
  return profile;
}

/** The whole new list of a profile's skills, each once; 400 where it is missing or names an unknown skill. */
function readSkillIds(data: Data, list: unknown): string[] {
  if (!Array.isArray(list)) throw badRequest("routing_skills must be a list.", "routing_skills");
  const ids = (list as unknown[]).map((item) => {
    const id = typeof item === "object" && item !== null ? (item as { id?: unknown }).id : undefined;
    if (typeof id !== "string") throw badRequest("Each of routing_skills needs an id.", "routing_skills");
    const skill = data.skills.find((one) => one.id === id);
    if (!skill || skill.state === "deleted")
      throw badRequest(`There is no skill with the id ${id}.`, "routing_skills");
    return id;
  });
  return [...new Set(ids)];
}
