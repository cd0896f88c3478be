/**
 * The commit messages of the ledger. GitHub reads references and mentions out of them, so they hold counts, ids
 * and words of our own only: no name from outside, no address, and numbers of pull requests without a sign.
 */
import type { Summary } from "../model.ts";
import type { Lease } from "./lease.ts";

/** Changes that a run means to make or has made, as the summary of a plan counts them. */
export type Counts = Pick<Summary, "add" | "change" | "destroy" | "move">;

/** The result of a run, for the commit that ends it. */
export interface AppliedFacts {
  /** Of what is done. */
  readonly counts: Counts;
  /** Numbers of changes; default 0. */
  readonly failed?: number;
  readonly skipped?: number;
  readonly unsettled?: number;
  readonly withheld?: number;
  /** Numbers of the pull requests that asked for it. */
  readonly pullRequests?: readonly number[];
}

/** The facts below the first line of every message. */
export interface MessageContext {
  readonly target: string;
  /** The commit that is applied; null where there is none. */
  readonly revision: string | null;
  readonly lease?: Pick<Lease, "run" | "github">;
}

/** `Begin: 3 to add, 1 to change, 2 to destroy`. */
export function beginMessage(context: MessageContext, counts: Counts): string {
  return withBody(`Begin: ${countsText(counts)}`, contextLines(context));
}

/** `Renew 12`; short, because a long run writes many. */
export function renewMessage(renewals: number): string {
  return `Renew ${renewals}\n`;
}

/** `Apply: 3 to add, 1 to change, 2 to destroy`, and what else an auditor asks for. */
export function appliedMessage(context: MessageContext, facts: AppliedFacts): string {
  const rest = {
    Failed: facts.failed,
    Skipped: facts.skipped,
    Unsettled: facts.unsettled,
    Withheld: facts.withheld,
    "Pull requests": facts.pullRequests?.join(", "),
  };
  const lines = Object.entries(rest).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  return withBody(`Apply: ${countsText(facts.counts)}`, [...contextLines(context), ...lines]);
}

/** A run that was refused takes back what it meant to do. */
export function withdrawMessage(context: MessageContext): string {
  return withBody("Withdraw: nothing was done", contextLines(context));
}

/** The last commit of a ledger that another target takes over. */
export function adoptionMessage(from: string, to: string): string {
  return withBody(`Move to ${to}`, [`Target: ${from}`]);
}

/** The facts of a message beside its counts, read again. */
export interface MessageFacts {
  readonly kind: "begin" | "renew" | "apply" | "withdraw" | "move" | "other";
  readonly revision: string | null;
  readonly pullRequests: readonly number[];
}

/** Reads a message of the ledger; `other` for one that this program didn't write. */
export function readMessage(message: string): MessageFacts {
  const kind = /^(Begin|Renew|Apply|Withdraw|Move)\b/.exec(message)?.[1]?.toLowerCase() ?? "other";
  const numbers = /^Pull requests: ([\d, ]+)$/m.exec(message)?.[1]?.split(", ") ?? [];
  return {
    kind: kind as MessageFacts["kind"],
    revision: /^Revision: ([0-9a-f]{40,64})$/m.exec(message)?.[1] ?? null,
    pullRequests: numbers.map(Number),
  };
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
