/**
 * The hidden first line of our comments and issues: `<!-- genesys-skills:plan:v1 {…} -->`. It identifies the comment and
 * records what was reviewed. Anybody can write such a line, so the author must be checked too.
 */
import type { Fields } from "../genesys/decode.ts";
import { readFields, readOptionalText, readText } from "../genesys/decode.ts";
import type { Plan } from "../model.ts";
import { allowanceHashes, REVIEW_HASH_LENGTH, reviewHashes } from "../plan/review.ts";

export type MarkerKind = "plan" | "apply" | "drift";

/** The topic of our comment or issue: the target, and the folder of its YAML, relative to the repository's top. */
export interface Topic {
  readonly target: string;
  readonly dir: string;
}

/** The data in a plan's comment for a later apply. */
export interface PlanMark extends Topic {
  /** The last commit of the pull request's branch when it was planned. */
  readonly head: string;
  readonly isRefused: boolean;
  /** Codes of the allowed refusals. */
  readonly allowed: readonly string[];
  /** Hashes of these refusals, because each was allowed only for its subject. */
  readonly allowances: readonly string[];
  /** Hashes of what takes away or overwrites; null where there are more than a comment can hold or show. */
  readonly hashes: readonly string[] | null;
  /** The effect of the pull request on this target; null without a plan. */
  readonly effect: PlanEffect | null;
}

/** From the smallest to the largest effect. */
export const EFFECTS = ["no-changes", "add-or-update", "destroy"] as const;
export type PlanEffect = (typeof EFFECTS)[number];

function effectOf({ stages, summary }: Plan): PlanEffect {
  if (summary.destroy > 0) return "destroy";
  return stages.length > 0 ? "add-or-update" : "no-changes";
}

/** How many hashes of changes and refusals a comment holds: 24,000 of its 60,000 bytes. */
export const MAX_HASHES = 2000;

interface MarkedPlace {
  readonly repository: string;
  readonly pull: number;
  readonly head: string;
  readonly dir: string;
  /** The comment doesn't show all that takes away or overwrites, so nothing of it is reviewed. Default false. */
  readonly isCut?: boolean;
}

/** `plan` as one pull request's comment carries it. */
export function planMark(plan: Plan, { repository, pull, head, dir, isCut = false }: MarkedPlace): PlanMark {
  const hashes = reviewHashes(plan, { repository, pull });
  const allowances = allowanceHashes(plan, { repository, pull });
  const isTooMuch = isCut || hashes.length + allowances.length > MAX_HASHES;
  return {
    ...{ target: plan.target, dir, head, effect: effectOf(plan) },
    isRefused: plan.refusals.length > 0,
    allowed: [...new Set(plan.allowed.map(({ code }) => code))].sort(),
    allowances: isTooMuch ? [] : allowances,
    hashes: isTooMuch ? null : hashes,
  };
}

export function planMarker(mark: PlanMark): string {
  const { target, dir, head, isRefused, allowed, allowances, hashes, effect } = mark;
  // The hashes are one text, because quotes and commas would take a fifth of the room.
  const changes = hashes === null ? "too many" : hashes.join("");
  const verdict = isRefused ? "refused" : "passed";
  const codes = allowed.join(",");
  return markerLine("plan", {
    ...{ target, dir, head, verdict, allowed: codes, allowances: allowances.join(""), changes },
    ...(effect !== null && { effect }),
  });
}

/** The marker if there is no plan to review; `effect` is as in `PlanMark`. */
export function unplannedMarker(mark: Pick<PlanMark, "target" | "dir" | "head" | "effect">): string {
  return planMarker({ ...mark, isRefused: true, allowed: [], allowances: [], hashes: [] });
}

/** The marker of a comment or issue that is found by its topic. */
export function topicMarker(kind: "apply" | "drift", { target, dir }: Topic): string {
  return markerLine(kind, { target, dir });
}

/** The marker of a result, which says whether something was withheld. */
export function resultMarker({ target, dir }: Topic, isWithheld: boolean): string {
  return markerLine("apply", { target, dir, ...(isWithheld && { withheld: "yes" }) });
}

/** Whether a result of ours says that something was withheld. */
export function saysWithheld(body: string): boolean {
  return readMarker("apply", body, (mark) => readOptionalText(mark, "withheld") === "yes") ?? false;
}

/** Whether a body is of this kind and topic. */
export function isAbout(kind: MarkerKind, { target, dir }: Topic, body: string): boolean {
  const found = readMarker(kind, body, readTopic);
  return found?.target === target && found.dir === dir;
}

function readTopic(mark: Fields): Topic {
  return { target: readText(mark, "target"), dir: readText(mark, "dir") };
}

/** The data in a plan's comment, or null if it is missing or invalid. */
export function readPlanMark(body: string): PlanMark | null {
  return readMarker("plan", body, (mark) => {
    const verdict = readText(mark, "verdict");
    if (verdict !== "passed" && verdict !== "refused") return null;
    const changes = readOptionalText(mark, "changes");
    const hashes = changes === "too many" ? null : splitHashes(changes);
    const allowances = splitHashes(readOptionalText(mark, "allowances") ?? "");
    if (hashes === undefined || allowances === undefined) return null;
    return {
      ...readTopic(mark),
      head: readText(mark, "head"),
      effect: EFFECTS.find((effect) => effect === readOptionalText(mark, "effect")) ?? null,
      isRefused: verdict === "refused",
      allowed: (readOptionalText(mark, "allowed") ?? "").split(",").filter((code) => code !== ""),
      ...{ allowances, hashes },
    };
  });
}

function splitHashes(changes: string | undefined): string[] | undefined {
  if (changes === undefined || !/^[0-9a-f]*$/.test(changes)) return undefined;
  if (changes.length % REVIEW_HASH_LENGTH !== 0) return undefined;
  return changes.match(new RegExp(`.{${REVIEW_HASH_LENGTH}}`, "g")) ?? [];
}

// ── The line ─────────────────────────────────────────────────────────────────────────────────────────

const prefix = (kind: MarkerKind): string => `<!-- genesys-skills:${kind}:v1 `;
const SUFFIX = " -->";

/** JSON in which everything that could end the HTML comment or is special in Markdown is escaped. */
function markerLine(kind: MarkerKind, mark: Readonly<Record<string, unknown>>): string {
  const escape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${prefix(kind)}${JSON.stringify(mark).replace(/[^ -~]|[-<>&@`]/g, escape)}${SUFFIX}`;
}

function readMarker<T>(kind: MarkerKind, body: string, read: (mark: Fields) => T): T | null {
  const [line = ""] = body.split(/\r?\n/, 1);
  if (!line.startsWith(prefix(kind)) || !line.endsWith(SUFFIX)) return null;
  try {
    return read(readFields(JSON.parse(line.slice(prefix(kind).length, -SUFFIX.length))));
  } catch {
    return null;
  }
}
