/** Everything that can go wrong on demand. All of it is off by default, and counted, so that runs repeat. */

/** When a fault strikes: at every nth request that matches. */
export interface Trigger {
  /** Strikes at the nth, 2nth, 3nth … matching request; for pages: at page n of every matching list. */
  readonly every: number;
  /** At most so many times. Default: no limit. */
  readonly times?: number;
  /** Only requests whose "METHOD /path?query" contains this text. Default: all. */
  readonly on?: string;
}

/** What kind of value each fault takes, and what it does. A number for a trigger means `{ every: number }`. */
export const FAULTS = {
  tooManyRequests: { kind: "trigger", does: "429 instead of every nth answer" },
  retryAfter: {
    kind: "number",
    does: "seconds in the Retry-After of those 429 (1); 0 leaves the header out",
  },
  serverError: { kind: "trigger", does: "5xx instead of every nth answer, before the work" },
  serverErrorStatus: { kind: "number", does: "the status of serverError, failPage and flaky (503)" },
  reset: { kind: "trigger", does: "every nth request's connection is destroyed before the work" },
  lostAnswer: {
    kind: "trigger",
    does: "every nth write is done, then its connection destroyed before the answer",
  },
  latency: { kind: "number", does: "every answer waits so many milliseconds" },
  staleMs: { kind: "number", does: "reads answer the state of so many milliseconds ago" },
  staleReads: { kind: "number", does: "the first n reads after a write still answer the state before it" },
  missingExpand: { kind: "number", does: "every nth user of a list lacks what expand asked for" },
  missingProficiency: {
    kind: "number",
    does: "every nth user of a list holds skills without a proficiency",
  },
  shortPage: { kind: "trigger", does: "page n of a list lacks its last entity, though total counts it" },
  earlyEnd: { kind: "trigger", does: "page n of a list and all after it are empty, though total says more" },
  growTotal: { kind: "trigger", does: "from page n of a list on, total is one more than before" },
  morePages: { kind: "trigger", does: "page n of a list says that there is one page more than there is" },
  repeatEntity: {
    kind: "trigger",
    does: "page n of a list begins with the entity that ended the page before",
  },
  failPage: { kind: "trigger", does: "page n of a list answers 5xx" },
  versionMismatch: { kind: "trigger", does: "every nth write to a user's skills is refused as out of date" },
  versionMismatchStatus: { kind: "number", does: "how versionMismatch refuses: 409 (default), 408 or 400" },
  tokenRateLimit: { kind: "trigger", does: "every nth token request gets 400 rate limit exceeded" },
  expireToken: { kind: "number", does: "a token expires after so many requests" },
  deletedInLists: { kind: "flag", does: "lists of skills have the deleted ones too" },
  deletedGone: { kind: "flag", does: "a deleted skill answers 404 instead of saying that it is deleted" },
  assignmentsLinger: { kind: "flag", does: "users keep a skill that is deleted" },
  duplicateStatus: {
    kind: "number",
    does: "how a skill name that is taken is refused: 409 (default) or 400",
  },
  indexBuilding: { kind: "flag", does: "the dependency index is being built, and knows of no consumers" },
  killAfter: { kind: "number", does: "n requests are answered, then every connection is destroyed at once" },
  killDuring: { kind: "number", does: "the nth request is done but not answered, nor is any after it" },
  flaky: { kind: "number", does: "chance (0 to 1) that a request meets 429, 5xx, reset or lostAnswer" },
  seed: { kind: "number", does: "seed of flaky's dice (1)" },
} as const satisfies Record<string, { kind: "trigger" | "number" | "flag"; does: string }>;

type Values = { trigger: Trigger | number; number: number; flag: boolean };
export type FaultName = keyof typeof FAULTS;

/** The faults that are on. */
export type Faults = { -readonly [Name in FaultName]?: Values[(typeof FAULTS)[Name]["kind"]] };

/** The faults that strike by counting. */
export type TriggerName = {
  [Name in FaultName]: (typeof FAULTS)[Name]["kind"] extends "trigger" ? Name : never;
}[FaultName];

/** A text of faults that can't be read. */
export class FaultError extends Error {
  override readonly name = "FaultError";
}

/**
 * Reads `name=value,name=value`. A flag may stand alone (`deletedInLists`); a trigger is `N`, `NxTIMES` and may end
 * in `@TEXT` (`lostAnswer=1x1@POST /api/v2/routing/skills`). Throws `FaultError`, naming the nearest fault for a
 * misspelt one.
 */
export function parseFaults(text: string): Faults {
  const faults: Faults = {};
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const [, name = "", value] = /^([^=]*)(?:=(.*))?$/.exec(part) ?? [];
    if (!isFaultName(name)) throw new FaultError(unknownFault(name));
    Object.assign(faults, { [name]: parseValue(name, value) });
  }
  return faults;
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

function parseValue(name: FaultName, value: string | undefined): Trigger | number | boolean {
  switch (FAULTS[name].kind) {
    case "flag":
      if (value === undefined || value === "true") return true;
      if (value === "false") return false;
      throw new FaultError(`The fault ${name} takes true or false, not "${value}".`);
    case "number":
      if (name === "flaky" && Number(value) > 1)
        throw new FaultError(`The fault flaky takes a chance from 0 to 1, not "${value ?? ""}".`);
      if (value !== undefined && /^\d+(\.\d+)?$/.test(value)) return Number(value);
      throw new FaultError(`The fault ${name} takes a number, as in ${name}=3, not "${value ?? ""}".`);
    case "trigger":
      return parseTrigger(name, value ?? "");
  }
}

function parseTrigger(name: string, value: string): Trigger {
  const [, every, times, on] = /^([1-9]\d*)(?:x([1-9]\d*))?(?:@(.+))?$/.exec(value) ?? [];
  if (every === undefined)
    throw new FaultError(
      `The fault ${name} takes N, NxTIMES or N@TEXT, as in ${name}=3, ${name}=3x1 or ${name}=3@/users, not "${value}".`,
    );
  return {
    every: Number(every),
    ...(times === undefined ? {} : { times: Number(times) }),
    ...(on === undefined ? {} : { on }),
  };
}

function unknownFault(name: string): string {
  const known = Object.keys(FAULTS);
  const best = known.reduce((a, b) => (distance(name, b) < distance(name, a) ? b : a));
  return distance(name, best) <= Math.max(2, name.length / 3)
    ? `There is no fault "${name}". Did you mean ${best}?`
    : `There is no fault "${name}". There are: ${known.join(", ")}.`;
}

/** Levenshtein distance, ignoring case. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++)
      current.push(
        Math.min(
          (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1),
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
        ),
      );
    previous = current;
  }
  return previous[to.length] ?? 0;
}
