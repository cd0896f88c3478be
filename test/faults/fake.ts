/**
 * An organisation over node:http with faults that the sandbox doesn't know. It is written a second time on purpose:
 * what the sandbox and the client both misread, this one may not.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Dialect } from "../../src/model.ts";
import type { Asked, FakeData, Said } from "./fake-data.ts";
import { answer, deleteSkill } from "./fake-data.ts";

/** What happens to one request in place of its answer; undefined for nothing. */
export type Twist =
  /** Answered with this, and not done. */
  | {
      readonly do: "say";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly text: string;
    }
  /** Not done, and the connection destroyed. */
  | { readonly do: "reset" }
  /** Done, and the connection destroyed. */
  | { readonly do: "vanish" }
  /** Done, and the answer breaks off within its body. */
  | { readonly do: "cut" }
  /** Done, and the answer's length is told wrong by so many bytes. */
  | { readonly do: "mislead"; readonly by: number }
  /** Done, and the answer comes a byte at a time and never ends; `begun` is called after the first. */
  | { readonly do: "drip"; readonly begun: () => void }
  /** Done, and the answer's body is another. */
  | { readonly do: "rewrite"; readonly edit: (body: Record<string, unknown>) => unknown }
  /** Not looked at: answered with what was so this many requests ago, at most since the meddling began. */
  | { readonly do: "recall"; readonly requests: number };

/** A twist of a request that is done all the same. */
type DoneTwist = Exclude<Twist, { readonly do: "say" | "reset" }>;

/** A request, and where it stands among its like. */
export interface Meddled extends Asked {
  /** `GET /api/v2/users`, ids as ID and queries left out but for the number of a page. */
  readonly kind: string;
  /** 1 for the first of its kind. */
  readonly nth: number;
  readonly authorization: string;
}

export interface Fake {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly dialect: Dialect;
  readonly data: FakeData;
  readonly asked: Meddled[];
  /** Decides about each request from now on; kinds are counted anew. */
  meddle(how: (asked: Meddled) => Twist | undefined): void;
  /** From now on nothing goes wrong. */
  calm(): void;
  /** Has every token that was given be refused. */
  revoke(): void;
  readonly hand: Hand;
  /** `ann@example.com Billing 3`, sorted. */
  assignments(): string[];
}

/** Edits by hand. */
export interface Hand {
  assign(email: string, skill: string, proficiency: number): void;
  unassign(email: string, skill: string): void;
  createSkill(name: string): void;
  deleteSkill(name: string): void;
  deleteUser(email: string): void;
}

export const FAKE_SECRET = "the-fakes-own-secret";

/** A fake with these skills and users, `{ "ann@example.com": { Billing: 3 } }`; it ends with its test. */
export async function startFake(
  dialect: Dialect,
  skills: readonly string[],
  users: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Promise<Fake> {
  const data = plant(skills, users);
  const asked: Meddled[] = [];
  const tokens = new Set<string>();
  let past: FakeData[] = [];
  let counts = new Map<string, number>();
  let meddler: (one: Meddled) => Twist | undefined = () => undefined;

  /** The answer to a request, done. */
  function serve(one: Meddled, world: FakeData): Said {
    if (one.path === "/oauth/token") {
      tokens.add(`token-${tokens.size + 1}-of-the-fake`);
      return {
        status: 200,
        body: { access_token: [...tokens].at(-1), token_type: "bearer", expires_in: 86_400 },
      };
    }
    if (!tokens.has(one.authorization.replace("Bearer ", ""))) return UNAUTHORIZED;
    const said = answer(world, one, dialect === "profiles");
    return dialect === "profiles" ? { ...said, body: snakeKeys(said.body) } : said;
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = await readRequest(request, counts);
    asked.push(one);
    past.push(structuredClone(data));
    const twist = meddler(one);
    if (twist?.do === "reset") request.socket.destroy();
    if (twist?.do === "say") say(response, twist.status, twist.text, twist.headers);
    if (twist?.do === "reset" || twist?.do === "say") return;
    const world = twist?.do === "recall" ? (past.at(-1 - twist.requests) ?? past[0] ?? data) : data;
    sendTwisted(response, serve(one, world), twist);
  }

  const server = createServer((request, response) => void receive(request, response));
  const url = await listen(server);
  return {
    ...{ url, clientId: "client-of-the-fake", clientSecret: FAKE_SECRET, dialect, data, asked },
    meddle(how) {
      counts = new Map();
      past = [];
      meddler = how;
    },
    calm: () => (meddler = () => undefined),
    revoke: () => tokens.clear(),
    hand: handOf(data),
    assignments: () => namesOf(data),
  };
}

/** A server that answers nothing of use, and notes who asked with which authorization. */
export async function startElsewhere(): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? "-"}`);
    response.end("{}");
  });
  return { url: await listen(server), seen };
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// ── Requests and answers ─────────────────────────────────────────────────────────────────────────────

const UNAUTHORIZED: Said = {
  status: 401,
  body: { message: "No such token.", code: "bad.credentials", status: 401 },
};

async function readRequest(request: IncomingMessage, counts: Map<string, number>): Promise<Meddled> {
  const body = await text(request);
  const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://fake.invalid");
  const method = request.method ?? "";
  const page = query.get("pageNumber");
  const kind = `${method} ${path.replace(/(skill|user|profile)-\d+/g, "ID")}${page === null ? "" : ` page ${page}`}`;
  const nth = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, nth);
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  const { authorization = "" } = request.headers;
  return {
    method,
    path,
    query,
    kind,
    nth,
    authorization,
    body: isJson ? (JSON.parse(body) as unknown) : body,
  };
}

function sendTwisted(response: ServerResponse, { status, body }: Said, twist: DoneTwist | undefined): void {
  const whole = body === undefined ? "" : JSON.stringify(body);
  switch (twist?.do) {
    case "vanish":
      response.socket?.destroy();
      return;
    case "cut":
      response.writeHead(status, { ...JSON_TYPE, "Content-Length": Buffer.byteLength(whole) + 2 });
      response.write(whole.slice(0, whole.length / 2), () => response.socket?.destroy());
      return;
    case "mislead":
      misleadAbout(response, status, whole, twist.by);
      return;
    case "drip":
      drip(response, status, whole, twist.begun);
      return;
    case "rewrite":
      say(response, status, JSON.stringify(twist.edit(body as Record<string, unknown>)));
      return;
    case "recall":
    case undefined:
      say(response, status, whole);
  }
}

const JSON_TYPE = { "Content-Type": "application/json" };

function say(
  response: ServerResponse,
  status: number,
  whole: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...JSON_TYPE, ...headers }).end(whole);
}

/** By the socket, for node doesn't let itself be made a liar. */
function misleadAbout(response: ServerResponse, status: number, whole: string, by: number): void {
  const length = Math.max(0, Buffer.byteLength(whole) + by);
  response.socket?.end(
    `HTTP/1.1 ${status} Said\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${whole}`,
  );
}

function drip(response: ServerResponse, status: number, whole: string, begun: () => void): void {
  response.writeHead(status, { ...JSON_TYPE, "Content-Length": whole.length + 1000 });
  response.write(whole.slice(0, 1), begun);
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
}

function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`),
      snakeKeys(inner),
    ]),
  );
}

// ── The data ─────────────────────────────────────────────────────────────────────────────────────────

function plant(names: readonly string[], people: Parameters<typeof startFake>[2]): FakeData {
  const skills = names.map((name, at) => ({ id: `skill-${at + 1}`, name, description: null }));
  const idOf = (name: string): string => `skill-${names.indexOf(name) + 1}`;
  const users = Object.entries(people).map(([email, held], at) => {
    const byId = Object.entries(held).map(([skill, proficiency]) => [idOf(skill), proficiency] as const);
    return { id: `user-${at + 1}`, email, state: "active" as const, held: new Map(byId) };
  });
  const profiles = [{ id: "profile-1", name: "Support", description: null, skills: [idOf("Sales")] }];
  return { made: names.length, skills, users, profiles };
}

function namesOf({ users, skills }: FakeData): string[] {
  const nameOf = (id: string): string => skills.find((skill) => skill.id === id)?.name ?? id;
  return users
    .filter(({ state }) => state === "active")
    .flatMap(({ email, held }) =>
      [...held].map(([id, proficiency]) => `${email} ${nameOf(id)} ${proficiency}`),
    )
    .sort();
}

function handOf(data: FakeData): Hand {
  const skill = (name: string): string => existing(data.skills.find((one) => one.name === name)).id;
  const user = (email: string) => existing(data.users.find((one) => one.email === email));
  return {
    assign: (email, name, proficiency) => void user(email).held.set(skill(name), proficiency),
    unassign: (email, name) => void user(email).held.delete(skill(name)),
    createSkill: (name) => data.skills.push({ id: `skill-${++data.made}`, name, description: null }),
    deleteSkill: (name) => deleteSkill(data, skill(name)),
    deleteUser: (email) => (user(email).state = "deleted"),
  };
}

function existing<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error("The fake has no such thing.");
  return thing;
}
