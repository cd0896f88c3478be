/** The commit messages of the ledger: what `git log ledger/<target>` says to people. */
import { printable } from "../text.ts";
import type { Intent } from "./intent.ts";

/** What a run means to do or did, in skills, assignments and profile entries. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** What a run did, for the commit that ends it. */
export interface AppliedFacts {
  /** Of what is done. */
  readonly counts: Counts;
  /** Changes that failed, and those skipped. Default 0. */
  readonly failed?: number;
  readonly skipped?: number;
  /** Numbers of the pull requests that asked for it. */
  readonly pullRequests?: readonly number[];
}

/** What every message says below its first line. */
export interface MessageContext {
  readonly target: string;
  readonly revision: string | null;
  readonly actor?: string;
  readonly url?: string;
}

/** `Begin: 3 to add, 1 to change, 2 to destroy`. */
export function beginMessage(context: MessageContext, counts: Counts): string {
  return withBody(`Begin: ${countsText(counts)}`, bodyLines(context));
}

/** `Renew: 12 operations done`; short, because a long run writes many. */
export function renewMessage(intent: Intent): string {
  return `Renew: ${intent.done.length} ${intent.done.length === 1 ? "operation" : "operations"} done\n`;
}

/** `Apply 3 to add, 1 to change, 2 to destroy`, and what else an auditor asks for. */
export function appliedMessage(context: MessageContext, facts: AppliedFacts): string {
  const requests = (facts.pullRequests ?? []).map((number) => `#${number}`).join(", ");
  return withBody(`Apply ${countsText(facts.counts)}`, [
    ...bodyLines(context),
    ...(requests === "" ? [] : [`Pull requests: ${requests}`]),
    ...(facts.failed ? [`Failed: ${facts.failed}`] : []),
    ...(facts.skipped ? [`Skipped: ${facts.skipped}`] : []),
  ]);
}

function countsText({ add, change, destroy }: Counts): string {
  return `${add} to add, ${change} to change, ${destroy} to destroy`;
}

function bodyLines({ target, revision, url, actor }: MessageContext): string[] {
  return [
    `Target: ${target}`,
    `Revision: ${revision ?? "none"}`,
    ...(url === undefined ? [] : [`Run: ${printable(url, 500)}`]),
    ...(actor === undefined ? [] : [`Actor: ${printable(actor)}`]),
  ];
}

function withBody(title: string, lines: readonly string[]): string {
  return `${title}\n\n${lines.join("\n")}\n`;
}
