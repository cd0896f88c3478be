/** Routing profiles, which only the `profiles` dialect has. */
import type { Json, SandboxRoute } from "./api.ts";
import { matchQuery, bodyOf, isObject, optionalText, pathRecord, requiredText, route } from "./api.ts";
import type { Data, ProfileRecord } from "./data.ts";
import { byId } from "./data.ts";
import { badRequest, conflict } from "./errors.ts";
import { pageOf } from "./pages.ts";

const READ = { dialect: "profiles", scope: "routing:profile:read" } as const;
const WRITE = { dialect: "profiles", scope: "routing:profile:write" } as const;

/** Lists, reads and replaces profiles; they can't be created or deleted. */
export const PROFILE_ROUTES: readonly SandboxRoute[] = [
  route("GET /routing/profiles", READ, (call, data) =>
    pageOf(call, matchQuery(call, data.profiles), (profile) => wireProfile(data, profile)),
  ),
  route("GET /routing/profiles/:profile", READ, (call, data) =>
    wireProfile(data, pathRecord(call, "profile", data.profiles)),
  ),
  route("PUT /routing/profiles/:profile", WRITE, (call, data) => {
    const body = bodyOf(call);
    const profile = pathRecord(call, "profile", data.profiles);
    const name = requiredText(body, "name");
    const taken = data.profiles.find((one) => one.id !== profile.id && one.name === name);
    if (taken) throw conflict(taken);
    const description = optionalText(body, "description") ?? null;
    const changed = { ...profile, name, description, skillIds: readSkillIds(data, body["routing_skills"]) };
    call.store.replace("profiles", changed);
    return wireProfile(data, changed);
  }),
];

/** The new list of a profile's skills, without repeats; 400 if it is missing or has an unknown skill. */
function readSkillIds(data: Data, list: unknown): string[] {
  if (!Array.isArray(list)) throw badRequest("routing_skills must be a list.", "routing_skills");
  const ids = list.map((item: unknown) => {
    const id = isObject(item) ? item["id"] : undefined;
    if (typeof id !== "string") throw badRequest("Each of routing_skills needs an id.", "routing_skills");
    if ((byId(data.skills).get(id)?.state ?? "deleted") === "deleted")
      throw badRequest(`There is no skill with the id ${id}.`, "routing_skills");
    return id;
  });
  return [...new Set(ids)];
}

/** A profile with its own skills, in the order in which they were set. */
function wireProfile(data: Data, { id, name, description, parentId, skillIds }: ProfileRecord): Json {
  return {
    ...{ id, name, description },
    ...(parentId !== undefined && { parent: { id: parentId } }),
    routingSkills: skillIds.map((skill) => ({ id: skill, name: byId(data.skills).get(skill)?.name })),
    selfUri: `/api/v2/routing/profiles/${id}`,
  };
}
