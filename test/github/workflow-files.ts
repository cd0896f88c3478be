/** The workflows as they are read by GitHub. */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly "continue-on-error"?: boolean;
}

export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string | { readonly name: string; readonly deployment?: boolean };
  readonly strategy?: { readonly matrix?: unknown };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly steps: readonly Step[];
}

export interface Concurrency {
  readonly group: string;
  readonly queue?: string;
  readonly "cancel-in-progress": boolean | string;
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = ".github/workflows";
const texts = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}/${name}`, "utf8")]));
export const names = [...texts.keys()];

export function textOf(name: string): string {
  return texts.get(name) ?? "";
}

export function workflowOf(name: string): Workflow {
  return parse(textOf(name)) as Workflow;
}

export function jobsOf(name: string): (readonly [string, Job])[] {
  return Object.entries(workflowOf(name).jobs);
}

export function runsOf(name: string): string[] {
  return jobsOf(name).flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));
}
