/** Reads snapshots in threads of their own, so that requests are answered meanwhile. */
import type { Responder } from "../server/question.ts";
import { openThread } from "../server/thread.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** What the thread is given. */
export interface ThreadData {
  readonly options: TargetOptions;
  readonly isShared: boolean;
}

/** Run from the source, the thread's module is TypeScript as this one is. */
const ENTRY = new URL(`./snapshot-worker${/\.\w+$/.exec(import.meta.url)?.[0] ?? ""}`, import.meta.url);

/** `execArgv`: flags of Node for the thread. Throws as `readSnapshot` does. */
export function openSnapshotThread(
  { dir, target, sandbox, ledger, remote }: TargetOptions,
  terminal: Terminal,
  signal: AbortSignal,
  execArgv?: readonly string[],
): Promise<Responder> {
  const options = {
    dir,
    ...(target !== undefined && { target }),
    ...(sandbox && { sandbox }),
    ...(ledger !== undefined && { ledger }),
    ...(remote !== undefined && { remote }),
  };
  const data: ThreadData = { options, isShared: terminal.isShared };
  return openThread({
    entry: ENTRY,
    data,
    env: terminal.env,
    ...(execArgv && { execArgv }),
    onOutput: ({ stream, text }) => {
      terminal[stream](text);
    },
    signal,
  });
}
