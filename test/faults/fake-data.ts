/** What the independent fake organisation holds, and the answers that it gives about it; shares nothing with the sandbox. */

export interface FakeSkill {
  readonly id: string;
  name: string;
  description: string | null;
}

export interface FakeUser {
  readonly id: string;
  readonly email: string;
  state: "active" | "deleted";
  /** Proficiency by the skill's id. */
  readonly held: Map<string, number>;
}

export interface FakeProfile {
  readonly id: string;
  name: string;
  description: string | null;
  skills: string[];
}

export interface FakeData {
  made: number;
  skills: FakeSkill[];
  users: FakeUser[];
  profiles: FakeProfile[];
}

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface Said {
  readonly status: number;
  readonly body?: unknown;
}

type Json = Record<string, unknown>;

/** Small pages, so that a small organisation has several. */
const PAGE = 3;

export const ORGANIZATION = { id: "org-of-the-fake", name: "Fake Centre" };

/** What the organisation answers, and does; every key is in camelCase. */
export function answer(data: FakeData, asked: Asked, hasProfiles: boolean): Said {
  const { method, path, query } = asked;
  const [kind = "", id = "", part = "", last = ""] = path.replace(/^\/api\/v2\/(routing\/)?/, "").split("/");
  const route = `${method} ${kind}${id && `/${isName(id) ? id : "ID"}`}${part && `/${part}`}${last && "/X"}`;
  switch (route) {
    case "GET tokens/me":
      return ok({ organization: ORGANIZATION });
    case "GET skills":
      return page(
        data.skills.filter(({ name }) => name.startsWith(query.get("name") ?? "")).map(show),
        query,
      );
    case "POST skills":
      return createSkill(data, asked.body as Json);
    case "GET skills/ID":
      return found(data.skills, id, show);
    case "PUT skills/ID":
      return hasProfiles ? change(data.skills, id, asked.body as Json) : refuse(405, "method.not.allowed");
    case "DELETE skills/ID":
      return deleteSkill(data, id);
    case "GET users":
      return page(listUsers(data, query), query);
    case "POST users/search":
      return search(data, asked.body as Json);
    case "GET users/ID/routingskills":
      return found(data.users, id, (user) => pageBody(heldBy(data, user), query));
    case "PATCH users/ID/routingskills/X":
      return assign(data, id, asked.body as readonly Json[]);
    case "DELETE users/ID/routingskills/X":
      return take(data, id, last);
    case "GET profiles":
      return hasProfiles ? page(data.profiles.map(showProfile), query) : refuse(404, "not.found");
    case "GET profiles/ID":
      return found(data.profiles, id, showProfile);
    case "PUT profiles/ID":
      return putProfile(data, id, asked.body as Json);
    case "GET groups":
    case "GET skillgroups":
      return page([], query);
    case "GET architect/dependencytracking/build":
      return ok({ status: "OPERATIONAL", failedObjects: [] });
    case "GET architect/dependencytracking/consumingresources":
      return page([], query);
    default:
      return refuse(404, "not.found", `nothing is served at ${route}`);
  }
}

function isName(word: string): boolean {
  return ["me", "search", "dependencytracking"].includes(word);
}

// ── Skills and profiles ──────────────────────────────────────────────────────────────────────────────

function createSkill(data: FakeData, { name, description = null }: Json): Said {
  if (data.skills.some((skill) => skill.name === name)) return refuse(409, "general.conflict");
  const skill = { id: `skill-${++data.made}`, name: String(name), description: description as string | null };
  data.skills.push(skill);
  return { status: 201, body: show(skill) };
}

export function deleteSkill(data: FakeData, id: string): Said {
  if (!data.skills.some((skill) => skill.id === id)) return refuse(404, "not.found");
  data.skills = data.skills.filter((skill) => skill.id !== id);
  for (const user of data.users) user.held.delete(id);
  for (const profile of data.profiles) profile.skills = profile.skills.filter((skill) => skill !== id);
  return { status: 204 };
}

function show({ id, name, description }: FakeSkill): Json {
  return { id, name, description, state: "active" };
}

function change(of: (FakeSkill | FakeProfile)[], id: string, { name, description }: Json): Said {
  const thing = of.find((one) => one.id === id);
  if (!thing) return refuse(404, "not.found");
  Object.assign(thing, { name, description });
  return ok(show(thing));
}

function showProfile({ id, name, description, skills }: FakeProfile): Json {
  return { id, name, description, routingSkills: skills.map((skill) => ({ id: skill })) };
}

function putProfile(data: FakeData, id: string, body: Json): Said {
  const said = change(data.profiles, id, body);
  const profile = data.profiles.find((one) => one.id === id);
  if (!profile) return said;
  profile.skills = (body["routing_skills"] as Json[]).map((skill) => String(skill["id"]));
  return ok(showProfile(profile));
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

function listUsers(data: FakeData, query: URLSearchParams): Json[] {
  const ids = query.getAll("id");
  return data.users
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .filter(({ state }) => query.get("state") === "any" || state === "active")
    .map((user) => showUser(data, user, query.getAll("expand").includes("skills")));
}

function showUser(data: FakeData, user: FakeUser, withSkills: boolean): Json {
  const { id, email, state } = user;
  return { id, name: email, email, state, ...(withSkills && { skills: heldBy(data, user) }) };
}

function heldBy(data: FakeData, { held }: FakeUser): Json[] {
  return [...held].map(([id, proficiency]) => {
    return { id, name: data.skills.find((skill) => skill.id === id)?.name, proficiency, state: "active" };
  });
}

function search(data: FakeData, { query = [] }: Json): Said {
  const emails = (query as Json[]).find(({ fields }) => String(fields) === "email")?.["values"];
  const wanted = Array.isArray(emails) ? emails.map((email) => String(email).toLowerCase()) : [];
  const users = data.users.filter(({ email }) => wanted.includes(email));
  const results = users.map((user) => showUser(data, user, true));
  return ok({ results, total: results.length, pageCount: 1, pageNumber: 1, pageSize: 100 });
}

function assign(data: FakeData, id: string, items: readonly Json[]): Said {
  const user = data.users.find((one) => one.id === id && one.state === "active");
  if (!user || items.some((item) => !data.skills.some((skill) => skill.id === item["id"])))
    return refuse(404, "not.found");
  for (const item of items) user.held.set(String(item["id"]), Number(item["proficiency"]));
  return ok(pageBody(heldBy(data, user), new URLSearchParams()));
}

function take(data: FakeData, id: string, skill: string): Said {
  const user = data.users.find((one) => one.id === id && one.state === "active");
  return user?.held.delete(skill) === true ? { status: 204 } : refuse(404, "not.found");
}

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────────

function ok(body: unknown): Said {
  return { status: 200, body };
}

function refuse(status: number, code: string, message = code): Said {
  return { status, body: { message, code, status, contextId: "a-context" } };
}

function found<T extends { readonly id: string }>(
  all: readonly T[],
  id: string,
  say: (one: T) => unknown,
): Said {
  const one = all.find((thing) => thing.id === id);
  return one ? ok(say(one)) : refuse(404, "not.found");
}

function page(all: readonly Json[], query: URLSearchParams): Said {
  return ok(pageBody(all, query));
}

function pageBody(all: readonly Json[], query: URLSearchParams): Json {
  const number = Number(query.get("pageNumber") ?? 1);
  const size = Math.min(PAGE, Number(query.get("pageSize") ?? 25));
  const [total, pageCount] = [all.length, Math.ceil(all.length / size)];
  const entities = all.slice((number - 1) * size, number * size);
  const nextUri = number < pageCount ? { nextUri: `/next?pageNumber=${number + 1}` } : {};
  return { entities, pageSize: size, pageNumber: number, total, pageCount, ...nextUri };
}
