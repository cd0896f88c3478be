/** `sandbox`: the built-in organisation as a server, to try things on. */
import { readFile } from "node:fs/promises";
import type { Dialect } from "../../model.ts";
import { Failure } from "../../problem.ts";
import { exampleSeed } from "../../sandbox/example.ts";
import type { Faults } from "../../sandbox/faults.ts";
import { FaultError, parseFaults } from "../../sandbox/faults.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Seed } from "../../sandbox/seed.ts";
import { SeedError, validateSeed } from "../../sandbox/seed.ts";
import { StateError } from "../../sandbox/state.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";

export interface SandboxCommandOptions {
  readonly api: Dialect;
  readonly host: string;
  readonly port: number;
  readonly seed?: string;
  readonly state?: string;
  readonly faults?: string;
  readonly requestsPerMinute?: number;
}

/** Serves until it is interrupted. */
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
  try {
    const seed = options.seed === undefined ? exampleSeed : await readSeed(options.seed);
    const faults = readFaults(options.faults);
    return await startSandbox({ dialect, host, port, seed, state, requestsPerMinute, faults });
  } catch (error) {
    throw explainStart(error, options);
  }
}

function readFaults(text: string | undefined): Faults | undefined {
  return text === undefined ? undefined : parseFaults(text);
}

async function readSeed(file: string): Promise<Seed> {
  return validateSeed(JSON.parse(await readFile(file, "utf8")));
}

function explainStart(error: unknown, { host, port, seed }: SandboxCommandOptions): unknown {
  if (error instanceof FaultError) return new Failure({ code: "BAD_FAULTS", message: error.message });
  if (error instanceof StateError) return new Failure({ code: "BAD_STATE", message: error.message });
  if (error instanceof SeedError || error instanceof SyntaxError) {
    return new Failure({
      code: "BAD_SEED",
      message: `${seed ?? "The seed"} can't be planted: ${error.message}`,
    });
  }
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "ENOENT")
    return new Failure({ code: "NO_SEED", message: `There is no file ${seed ?? ""}.` });
  const message = `The sandbox can't listen on ${host}:${port}: ${error.message}`;
  return new Failure({
    code: "CANNOT_LISTEN",
    message,
    hint: "Choose another --port, or 0 for any that is free.",
  });
}

function instructions({ url, clientId, clientSecret }: Sandbox, api: Dialect): string {
  return [
    `A sandbox organisation (${api} API) listens on ${url}. Ctrl-C ends it.`,
    "In another terminal, point the other commands at it:",
    "",
    `  export GENESYS_API_URL=${url} GENESYS_LOGIN_URL=${url}`,
    `  export GENESYS_CLIENT_ID=${clientId} GENESYS_CLIENT_SECRET=${clientSecret}`,
    "  genesys-skills plan",
    "",
  ].join("\n");
}
