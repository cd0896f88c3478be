/** How a command is run from its syntax. */
import type { Terminal } from "../terminal.ts";

/** What a command does with its options; resolves to the exit code. */
export type Action<O> = (options: O, terminal: Terminal) => Promise<number>;

/** Loads an action and runs it with the options that commander has checked. */
export type Run = <O>(load: () => Promise<Action<O>>, options: O) => Promise<void>;
