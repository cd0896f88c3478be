/** Keeps what answers for the organisation: reads in the background, one reading at a time, and survives bad ones. */
import { Failure } from "../problem.ts";
import type { Responder } from "./question.ts";
import type { About } from "./view.ts";

export interface KeeperOptions {
  /** Reads everything; gives up when the signal says so. Throws Failure where its user can mend it. */
  readonly refresh: (signal: AbortSignal) => Promise<Responder>;
  /** From the end of one reading to the beginning of the next. */
  readonly refreshSeconds: number;
  readonly onRead?: (about: About) => void;
  readonly onFailure?: (failure: RefreshFailure) => void;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
}

export interface RefreshFailure {
  readonly at: Date;
  readonly code: string;
  /** Sentences for people. */
  readonly message: string;
  readonly error: unknown;
}

export interface Keeper {
  /** Answers from the latest reading; null until the first one has succeeded. */
  responder(): Responder | null;
  health(): Health;
  /** Gives up the reading under way; resolves once it has ended and what was asked is answered. */
  stop(): Promise<void>;
}

/**
 * - `ok`: the last reading succeeded.
 * - `stale`: it failed, and what was read before is served.
 * - `starting`: nothing has been read yet.
 * - `unavailable`: nothing has been read yet, and the last reading failed.
 */
export type HealthStatus = "ok" | "stale" | "starting" | "unavailable";

export interface Health {
  readonly status: HealthStatus;
  /** Whether a reading is under way. */
  readonly refreshing: boolean;
  readonly refreshSeconds: number;
  /** Since the snapshot was read; null where there is none. */
  readonly ageSeconds: number | null;
  readonly snapshot: About | null;
  /** Of the last reading; null where it succeeded. */
  readonly failure: RefreshFailure | null;
}

/** After a failure nobody wants to wait for the next regular reading. */
const RETRY_SECONDS = 30;

/** Begins to read at once. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { refresh, refreshSeconds, now = Date.now } = options;
  const controller = new AbortController();
  const { signal } = controller;
  let responder: Responder | null = null;
  let failure: RefreshFailure | null = null;
  let refreshing = false;
  let timer: NodeJS.Timeout | undefined;

  async function read(): Promise<void> {
    refreshing = true;
    try {
      const next = await refresh(signal);
      void responder?.close();
      responder = next;
      failure = null;
      options.onRead?.(next.about);
    } catch (error) {
      // A reading that ends because we stop has not failed.
      if (signal.aborted) return;
      failure = { at: new Date(now()), ...describe(error), error };
      options.onFailure?.(failure);
    } finally {
      refreshing = false;
    }
  }

  function schedule(): void {
    if (signal.aborted) return;
    const seconds = failure ? Math.min(RETRY_SECONDS, refreshSeconds) : refreshSeconds;
    timer = setTimeout(() => {
      reading = read().then(schedule);
    }, seconds * 1000);
  }

  let reading = read().then(schedule);

  return {
    responder: () => responder,
    health: () => ({
      status: responder ? (failure ? "stale" : "ok") : failure ? "unavailable" : "starting",
      ...{ refreshing, refreshSeconds, failure },
      ageSeconds: responder && ageOf(responder.about, now()),
      snapshot: responder && responder.about,
    }),
    async stop() {
      controller.abort();
      clearTimeout(timer);
      await reading;
      await responder?.close();
    },
  };
}

/** In whole seconds. */
function ageOf({ readAt }: About, now: number): number {
  return Math.max(0, Math.floor((now - readAt.getTime()) / 1000));
}

function describe(error: unknown): Pick<RefreshFailure, "code" | "message"> {
  if (!(error instanceof Failure)) {
    return {
      code: "INTERNAL_ERROR",
      message: "Reading ended with a bug; the server's own output says more.",
    };
  }
  const [first] = error.problems;
  const sentences = error.problems.map(({ message, hint }) =>
    hint === undefined ? message : `${message} ${hint}`,
  );
  return { code: first?.code ?? "FAILURE", message: sentences.slice(0, SENTENCES).join(" ") };
}

/** A folder of YAML can have hundreds of problems. */
const SENTENCES = 5;
