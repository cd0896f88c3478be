/** `sandbox`: serves the built-in organisation for experiments. */
import { readFile } from "node:fs/promises";
import type { Dialect } from "../../model.ts";
import { Failure } from "../../problem.ts";
import { exampleSeed } from "../../sandbox/example.ts";
import type { FaultName, Faults, Trigger } from "../../sandbox/faults.ts";
import { FAULTS } from "../../sandbox/faults.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Seed } from "../../sandbox/seed-shape.ts";
import { SeedError } from "../../sandbox/seed.ts";
import { StateError } from "../../sandbox/state.ts";
import { nearest } from "../../text.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";

interface SandboxCommandOptions {
  readonly api: Dialect;
  readonly host: string;
  readonly port: number;
  readonly seed?: string;
  readonly state?: string;
  readonly faults?: string;
  readonly requestsPerMinute?: number;
}

/** Serves until an interrupt. */
export async function sandboxCommand(options: SandboxCommandOptions, terminal: Terminal): Promise<number> {
  const sandbox = await start(options);
  terminal.out(instructions(sandbox, options.api));
  const interrupt = listenForInterrupt(terminal);
  await new Promise<void>((resolve) => {
    interrupt.signal.addEventListener("abort", () => {
      resolve();
    });
  });
  interrupt.release();
  await sandbox.close();
  return 0;
}

async function start(options: SandboxCommandOptions): Promise<Sandbox> {
  const { api: dialect, host, port, state, requestsPerMinute } = options;
  const faults = parseFaults(options.faults ?? "");
  const seed = options.seed === undefined ? exampleSeed : await readSeed(options.seed);
  try {
    return await startSandbox({ dialect, host, port, seed, state, requestsPerMinute, faults });
  } catch (error) {
    throw explainStart(error, options);
  }
}

async function readSeed(file: string): Promise<Seed> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw failure("NO_SEED", `${file} can't be read: ${String(error)}.`);
  });
  try {
    return JSON.parse(text) as Seed;
  } catch (error) {
    throw failure("BAD_SEED", `${file} is not JSON: ${String(error)}.`);
  }
}

function explainStart(error: unknown, { host, port, seed = "The seed" }: SandboxCommandOptions): unknown {
  if (error instanceof StateError) return failure("BAD_STATE", error.message);
  if (error instanceof SeedError)
    return new Failure(
      error.problems.map((problem) => ({
        code: "BAD_SEED",
        message: `${seed}: ${problem.replace(/^seed\./u, "")}`,
      })),
    );
  if (!(error instanceof Error) || !("code" in error)) return error;
  const message = `The sandbox can't listen on ${host}:${port}: ${error.message}`;
  return failure("CANNOT_LISTEN", message, "Choose another --port, or 0 for any that is free.");
}

function failure(code: string, message: string, hint?: string): Failure {
  return new Failure({ code, message, ...(hint !== undefined && { hint }) });
}

function instructions({ url, clientId, clientSecret }: Sandbox, api: Dialect): string {
  return [
    `A sandbox organisation (${api} API) listens on ${url}. Ctrl-C ends it.`,
    "In another terminal, connect the other commands to it:",
    "",
    `  export GENESYS_API_URL=${url} GENESYS_LOGIN_URL=${url}`,
    `  export GENESYS_CLIENT_ID=${clientId} GENESYS_CLIENT_SECRET=${clientSecret}`,
    "  npx genesys-skills plan",
    "",
  ].join("\n");
}

/**
 * Reads `name=value,name=value`. A flag may stand alone (`deletedInLists`); a trigger is `N`, `NxTIMES` and may end
 * in `@TEXT` (`lostAnswer=1x1@POST /api/v2/routing/skills`). Throws Failure BAD_FAULTS.
 */
export function parseFaults(text: string): Faults {
  const parts = text.split(",").map((part) => part.trim());
  return Object.fromEntries(
    parts.flatMap((part) => {
      if (part === "") return [];
      const [, name = "", value] = /^([^=]*)(?:=(.*))?$/u.exec(part) ?? [];
      if (!Object.hasOwn(FAULTS, name)) throw unknownFault(name);
      return [[name, parseFault(name as FaultName, value)]];
    }),
  );
}

function parseFault(name: FaultName, value: string | undefined): Trigger | number | boolean {
  const refuse = (takes: string) =>
    failure("BAD_FAULTS", `The fault ${name} takes ${takes}, not "${value ?? ""}".`);
  switch (FAULTS[name].kind) {
    case "flag":
      if (value !== undefined && value !== "true" && value !== "false") throw refuse("true or false");
      return value !== "false";
    case "number":
      if (name === "flaky" && Number(value) > 1) throw refuse("a chance from 0 to 1");
      if (value === undefined || !/^\d+(\.\d+)?$/u.test(value)) throw refuse(`a number, as in ${name}=3`);
      return Number(value);
    case "trigger": {
      const [, every, times, on] = /^([1-9]\d*)(?:x([1-9]\d*))?(?:@(.+))?$/u.exec(value ?? "") ?? [];
      if (every === undefined)
        throw refuse(`N, NxTIMES or N@TEXT, as in ${name}=3, ${name}=3x1 or ${name}=3@/users`);
      return {
        every: Number(every),
        ...(times !== undefined && { times: Number(times) }),
        ...(on !== undefined && { on }),
      };
    }
  }
}

function unknownFault(name: string): Failure {
  const known = Object.keys(FAULTS);
  const meant = nearest(name, known);
  const rest = meant === undefined ? `The faults are: ${known.join(", ")}.` : `Did you mean ${meant}?`;
  return failure("BAD_FAULTS", `There is no fault "${name}". ${rest}`);
}
