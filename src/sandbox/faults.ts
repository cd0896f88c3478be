/** Faults on demand. All are off by default, and deterministic, so that runs can be repeated. */
import type { ApiError } from "./errors.ts";
import { tooManyRequests, unavailable, versionMismatch } from "./errors.ts";

/** When a fault occurs: at every nth request of its kind. */
export interface Trigger {
  /** Occurs at the nth, 2nth, 3nth … request; for lists, at page n of every list. */
  readonly every: number;
  /** The maximum number of times. Default: no limit. */
  readonly times?: number;
  /** Only requests whose "METHOD /path?query" contains this text. Default: all. */
  readonly on?: string;
}

/** The kinds of requests that faults apply to, with their names in the documentation. */
const REQUESTS = {
  "all requests": /^/,
  "API requests": /^\w+ \/api\/v2\//,
  "token requests": /^POST \/oauth\/token/,
  reads: /^GET \/api\/v2\//,
  writes: /^(POST|PUT|PATCH|DELETE) \/api\/v2\/(?!users\/search)/,
  lists: /^GET \/api\/v2\//,
  "lists of users": /^GET \/api\/v2\/users(\/query)?(\?|$)/,
  "reads of skills": /^GET \/api\/v2\/routing\/skills/,
  "writes of skills": /^(POST|PUT|DELETE) \/api\/v2\/routing\/skills/,
  "writes of users' skills": /^(POST|PUT|PATCH|DELETE) \/api\/v2\/users\/[^/?]+\/routingskills/,
  "dependency tracking": /^GET \/api\/v2\/architect/,
} as const;

/** Whether a request, "METHOD /path?query", may change something. */
export function isWrite(request: string): boolean {
  return REQUESTS.writes.test(request);
}

type FaultKind = keyof Values;
type Requests = keyof typeof REQUESTS;
interface Values {
  /** A number stands for `{ every: number }`. */
  trigger: Trigger | number;
  number: number;
  flag: boolean;
}

/** A page of a list before a fault changes it. */
interface CutPage {
  readonly entities: readonly unknown[];
  readonly total: number;
  readonly pageCount: number;
  /** The last entity of the page before; absent on the first page. */
  readonly previous?: unknown;
}

/** The faults that set how other faults answer. */
interface FaultSettings {
  readonly retryAfter?: number;
  readonly serverErrorStatus?: number;
  readonly versionMismatchStatus?: number;
}

interface FaultEffect {
  /** The error instead of the work. */
  readonly refuse?: (on: FaultSettings) => ApiError;
  /** The changed parts of a page; undefined if there is nothing to change. */
  readonly page?: (cut: CutPage, on: FaultSettings) => Partial<CutPage> | ApiError | undefined;
  /** For faults of pages: occurs at page n and all later pages. */
  readonly onwards?: true;
}

const fault = <K extends FaultKind>(kind: K, requests: Requests, does: string, effect: FaultEffect = {}) => ({
  kind,
  requests,
  does,
  ...effect,
});

/** The faults: the kind of value, the requests, and the effect of each. */
export const FAULTS = {
  tooManyRequests: fault("trigger", "API requests", "every nth is answered 429", {
    refuse: (on) => tooManyRequests(on.retryAfter ?? 1),
  }),
  retryAfter: fault("number", "API requests", "seconds in Retry-After of those 429 (1); 0 leaves it out"),
  serverError: fault("trigger", "API requests", "every nth is answered 5xx, before the work", {
    refuse: (on) => unavailable(on.serverErrorStatus ?? 503),
  }),
  serverErrorStatus: fault("number", "API requests", "the status of serverError, failPage and flaky (503)"),
  reset: fault("trigger", "all requests", "every nth connection is destroyed before the work"),
  lostAnswer: fault("trigger", "writes", "every nth is done, and its connection destroyed before the answer"),
  latency: fault("number", "all requests", "milliseconds that every answer waits"),
  staleMs: fault("number", "reads", "show the state of this many milliseconds ago"),
  staleReads: fault("number", "reads", "the first n after a write still show the state before it"),
  missingExpand: fault("number", "lists of users", "every nth user lacks what expand asked for"),
  missingProficiency: fault("number", "lists of users", "every nth user's skills have no proficiency"),
  shortPage: fault("trigger", "lists", "page n lacks its last entity, though total counts it", {
    page: ({ entities }) => ({ entities: entities.slice(0, -1) }),
  }),
  earlyEnd: fault("trigger", "lists", "page n and all after it are empty, though total says more", {
    onwards: true,
    page: () => ({ entities: [] }),
  }),
  growTotal: fault("trigger", "lists", "from page n on, total is one more than before", {
    onwards: true,
    page: ({ total }) => ({ total: total + 1 }),
  }),
  morePages: fault("trigger", "lists", "page n says that there is one page more than there is", {
    page: ({ pageCount }) => ({ pageCount: pageCount + 1 }),
  }),
  repeatEntity: fault("trigger", "lists", "page n begins with the entity that ended the page before", {
    page: ({ entities, previous }) =>
      previous === undefined ? undefined : { entities: [previous, ...entities.slice(0, -1)] },
  }),
  failPage: fault("trigger", "lists", "page n is answered 5xx", {
    page: (_, on) => unavailable(on.serverErrorStatus ?? 503),
  }),
  versionMismatch: fault("trigger", "writes of users' skills", "every nth is refused as out of date", {
    refuse: (on) => versionMismatch(on.versionMismatchStatus ?? 409),
  }),
  versionMismatchStatus: fault("number", "writes of users' skills", "how: 409 (default), 408 or 400"),
  tokenRateLimit: fault("trigger", "token requests", "every nth is answered 400 rate limit exceeded"),
  expireToken: fault("number", "API requests", "a token expires after so many"),
  deletedInLists: fault("flag", "reads of skills", "lists have the deleted ones too"),
  deletedGone: fault("flag", "reads of skills", "a deleted one is answered 404 instead of as deleted"),
  assignmentsLinger: fault("flag", "writes of skills", "users keep a skill that is deleted"),
  duplicateStatus: fault("number", "writes of skills", "how a taken name is refused: 409 (default) or 400"),
  indexBuilding: fault("flag", "dependency tracking", "the index is being built, and finds nothing"),
  killAfter: fault("number", "all requests", "n are answered, then every connection is destroyed"),
  killDuring: fault("number", "all requests", "the nth is done but not answered, nor is any after it"),
  flaky: fault("number", "all requests", "the chance (0 to 1) of 429, 5xx, reset or lostAnswer"),
  seed: fault("number", "all requests", "the seed of flaky's random numbers (1)"),
};

export type FaultName = keyof typeof FAULTS;

/** The faults that are on. */
export type Faults = { -readonly [Name in FaultName]?: Values[(typeof FAULTS)[Name]["kind"]] };

type TriggerName = {
  [Name in FaultName]: (typeof FAULTS)[Name]["kind"] extends "trigger" ? Name : never;
}[FaultName];

const TRIGGERS = (Object.keys(FAULTS) as FaultName[]).filter(
  (name): name is TriggerName => FAULTS[name].kind === "trigger",
);

/** Decides at each request which faults occur. A request is "METHOD /path?query". */
export class ActiveFaults {
  on: Faults;
  /** For each fault, the number of matching requests and of occurrences. */
  readonly #counts = new Map<FaultName, { met: number; struck: number }>();
  readonly #onKill: (() => void) | undefined;
  #requests = 0;
  #isKilled = false;
  #random: () => number;

  /** `onKill` is called once each time that the sandbox is killed. */
  constructor(faults: Faults = {}, onKill?: () => void) {
    this.#onKill = onKill;
    this.on = faults;
    this.#random = randomNumbers(faults.seed);
  }

  /** Switches these faults on, or off if the value is undefined, and resets their counts. */
  set(faults: Partial<Faults>): void {
    this.on = { ...this.on, ...faults };
    for (const name of Object.keys(faults)) this.#counts.delete(name as FaultName);
    if ("killAfter" in faults || "killDuring" in faults) this.#revive();
    if ("seed" in faults || "flaky" in faults) this.#random = randomNumbers(this.on.seed);
  }

  /** Switches everything off; a killed sandbox answers again. */
  clear(): void {
    this.on = {};
    this.#counts.clear();
    this.#revive();
  }

  /** Whether this fault occurs at this request. Counts the request, so call it once. */
  strikes(name: TriggerName, request: string): boolean {
    const trigger = this.#triggerFor(name, request);
    if (!trigger) return false;
    const count = this.#countOf(name);
    count.met += 1;
    return count.met % trigger.every === 0 && this.#spend(name, trigger);
  }

  /** The fault that refuses this request before the work, if any; `flake` is the random fault of `flaky`. */
  refusal(request: string, flake: string | undefined): { name: FaultName; shows: ApiError } | undefined {
    for (const name of TRIGGERS) {
      const { refuse }: FaultEffect = FAULTS[name];
      if (refuse && (this.strikes(name, request) || flake === name)) return { name, shows: refuse(this.on) };
    }
    return undefined;
  }

  /** The first fault that occurs at this page of a list, if any, with the changed parts of the page. */
  onPage(request: string, number: number, cut: CutPage) {
    for (const name of TRIGGERS) {
      const { page, onwards }: FaultEffect = FAULTS[name];
      const trigger = page && this.#triggerFor(name, request);
      if (!trigger || (onwards ? number < trigger.every : number !== trigger.every)) continue;
      const shows = page(cut, this.on);
      if (shows && this.#spend(name, trigger)) return { name, shows };
    }
    return undefined;
  }

  /** The random fault of `flaky` for this request; `lostAnswer` happens after the work. */
  flake(request: string): "tooManyRequests" | "serverError" | "reset" | "lostAnswer" | undefined {
    const { flaky = 0 } = this.on;
    if (flaky === 0 || this.#random() >= flaky) return undefined;
    const kinds = ["tooManyRequests", "serverError", "reset", "lostAnswer"] as const;
    return kinds[Math.floor(this.#random() * (isWrite(request) ? 4 : 3))];
  }

  /** Counts any request: `alive`: answered; `dying`: the last one that is executed; `dead`: refused. */
  life(): "alive" | "dying" | "dead" {
    this.#requests += 1;
    const { killAfter = Infinity, killDuring = Infinity } = this.on;
    if (this.#requests > Math.min(killAfter, killDuring)) return "dead";
    return this.#requests === killDuring ? "dying" : "alive";
  }

  /** Calls `onKill`, once. */
  kill(): void {
    if (!this.#isKilled) this.#onKill?.();
    this.#isKilled = true;
  }

  #revive(): void {
    this.#requests = 0;
    this.#isKilled = false;
  }

  #triggerFor(name: TriggerName, request: string): Trigger | undefined {
    const value = this.on[name] ?? 0;
    const trigger = typeof value === "number" ? { every: value } : value;
    if (trigger.every === 0 || !request.includes(trigger.on ?? "")) return undefined;
    return REQUESTS[FAULTS[name].requests].test(request) ? trigger : undefined;
  }

  #countOf(name: TriggerName): { met: number; struck: number } {
    const count = this.#counts.get(name) ?? { met: 0, struck: 0 };
    this.#counts.set(name, count);
    return count;
  }

  #spend(name: TriggerName, { times = Infinity }: Trigger): boolean {
    const count = this.#countOf(name);
    if (count.struck >= times) return false;
    count.struck += 1;
    return true;
  }
}

/** Pseudo-random numbers from 0 to 1 from a seed (a linear congruential generator). */
function randomNumbers(seed = 1): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
