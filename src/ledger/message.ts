/**
 * The commit messages of the ledger. GitHub interprets references and mentions in them, so they contain only counts,
 * ids and our own words: no foreign names, no addresses, and pull request numbers without `#`.
 */
import type { Cause, Summary } from "../model.ts";
import type { Lease } from "./lease.ts";

/** The number of planned or completed changes, counted like the summary of a plan. */
export type Counts = Pick<Summary, "add" | "change" | "destroy" | "move">;

/** The result of a run, for the commit that ends it. */
export interface AppliedFacts {
  /** The completed changes. */
  readonly counts: Counts;
  /** How many changes failed, were skipped and so on; default 0. */
  readonly failed?: number;
  readonly skipped?: number;
  readonly unsettled?: number;
  readonly withheld?: number;
  /** The numbers of the pull requests that asked for the changes. */
  readonly pullRequests?: readonly number[];
  /** Why each change was made; default: unknown. */
  readonly causes?: Causes;
}

/** The cause of most changes of an apply, and the changes with another cause. */
export interface Causes {
  readonly usual: Cause;
  /** By `changeKey`. */
  readonly others: ReadonlyMap<string, Cause>;
  /** Deleted skills; their holders are not listed one by one. */
  readonly deleted: readonly string[];
}

/** The key of a change: a skill of a user or profile or, without a holder, the skill itself. */
export function changeKey(skill: string, holder = ""): string {
  return `${skill} ${holder}`.trim();
}

/** The facts below the first line of every message. */
export interface MessageContext {
  readonly target: string;
  /** The commit that is applied; null if there is none. */
  readonly revision: string | null;
  readonly lease?: Pick<Lease, "run" | "github">;
}

/** `Begin: 3 to add, 1 to change, 2 to destroy`. */
export function beginMessage(context: MessageContext, counts: Counts): string {
  return withBody(`Begin: ${countsText(counts)}`, contextLines(context));
}

/** `Renew 12`; short, because a long run writes many of them. */
export function renewMessage(renewals: number): string {
  return `Renew ${renewals}\n`;
}

/** `Apply: 3 to add, 1 to change, 2 to destroy`, and more facts for an auditor. */
export function appliedMessage(context: MessageContext, facts: AppliedFacts): string {
  const rest = {
    Failed: facts.failed,
    Skipped: facts.skipped,
    Unsettled: facts.unsettled,
    Withheld: facts.withheld,
    "Pull requests": facts.pullRequests?.join(", "),
  };
  const lines = Object.entries(rest).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  const causes = facts.causes ? causeLines(facts.causes) : [];
  return withBody(`Apply: ${countsText(facts.counts)}`, [...contextLines(context), ...lines, ...causes]);
}

/** The message of a run that was refused and withdraws its intent. */
export function withdrawMessage(context: MessageContext): string {
  return withBody("Withdraw: nothing was done", contextLines(context));
}

/** The message of the last commit of a ledger that another target takes over. */
export function adoptionMessage(from: string, to: string): string {
  return withBody(`Move to ${to}`, [`Target: ${from}`]);
}

/** The facts in a message, without its counts. */
export interface MessageFacts {
  readonly kind: "begin" | "renew" | "apply" | "withdraw" | "move" | "other";
  readonly revision: string | null;
  readonly pullRequests: readonly number[];
  /** Null in messages of older versions, which wrote none. */
  readonly causes: Causes | null;
}

/** Reads a message of the ledger; `other` for a message of another program. */
export function readMessage(message: string): MessageFacts {
  const kind = /^(Begin|Renew|Apply|Withdraw|Move)\b/.exec(message)?.[1]?.toLowerCase() ?? "other";
  const numbers = /^Pull requests: ([\d, ]+)$/m.exec(message)?.[1]?.split(", ") ?? [];
  return {
    kind: kind as MessageFacts["kind"],
    revision: /^Revision: ([0-9a-f]{40,64})$/m.exec(message)?.[1] ?? null,
    pullRequests: numbers.map(Number),
    causes: readCauses(message),
  };
}

/** `Cause: edit`, then the holders by other cause and skill; leaves out ids that GitHub could read as a mention. */
function causeLines({ usual, others, deleted }: Causes): string[] {
  const bySkill = new Map<string, string[]>();
  for (const [key, cause] of others) {
    const [skill = "", holder = SELF] = key.split(" ");
    if (!isPlainId(skill) || (holder !== SELF && !isPlainId(holder))) continue;
    const start = `Cause ${cause}: ${skill}`;
    const holders = bySkill.get(start);
    if (holders) holders.push(holder);
    else bySkill.set(start, [holder]);
  }
  const gone = deleted.filter(isPlainId);
  return [
    `Cause: ${usual}`,
    ...[...bySkill].map(([start, holders]) => `${start} ${holders.join(" ")}`),
    ...(gone.length > 0 ? [`Deleted: ${gone.join(" ")}`] : []),
  ];
}

/** Written instead of a holder for the skill itself. */
const SELF = "-";

function isPlainId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(id);
}

function readCauses(message: string): Causes | null {
  const usual = /^Cause: (\w+)$/m.exec(message)?.[1];
  if (usual === undefined || !isCause(usual)) return null;
  const others = new Map<string, Cause>();
  for (const [, cause = "", skill = "", holders = ""] of message.matchAll(/^Cause (\w+): (\S+) (.+)$/gm)) {
    if (!isCause(cause)) continue;
    for (const holder of holders.split(" "))
      others.set(changeKey(skill, holder === SELF ? "" : holder), cause);
  }
  return { usual, others, deleted: /^Deleted: (.+)$/m.exec(message)?.[1]?.split(" ") ?? [] };
}

const CAUSES: Readonly<Record<Cause, true>> = {
  edit: true,
  schedule: true,
  membership: true,
  drift: true,
  conflict: true,
};

function isCause(text: string): text is Cause {
  return Object.hasOwn(CAUSES, text);
}

function countsText({ add, change, destroy, move }: Counts): string {
  const moves = move > 0 ? `, ${move} to move` : "";
  return `${add} to add, ${change} to change, ${destroy} to destroy${moves}`;
}

function contextLines({ target, revision, lease }: MessageContext): string[] {
  const { run, github } = lease ?? {};
  return [
    `Target: ${target}`,
    `Revision: ${revision ?? "none"}`,
    ...(run === undefined ? [] : [`Run: ${run}`]),
    ...(github ? [`Actions run: ${github.run}, attempt ${github.attempt}`] : []),
  ];
}

function withBody(title: string, lines: readonly string[]): string {
  return `${title}\n\n${lines.join("\n")}\n`;
}
