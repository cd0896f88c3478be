/** Keeps the latest snapshot: reads in the background, one reading at a time, and survives failures. */
import type { HealthAnswer } from "../page/api.ts";
import { Failure } from "../problem.ts";
import type { SnapshotView } from "./snapshot.ts";

export interface KeeperOptions {
  /** Reads everything; stops when the signal is aborted. Throws Failure for problems that the user can fix. */
  readonly refresh: (signal: AbortSignal) => Promise<SnapshotView>;
  /** Seconds between the end of a reading and the start of the next. */
  readonly refreshSeconds: number;
  readonly onRead?: (view: SnapshotView) => void;
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
  /** The view of the latest reading; null until the first one has succeeded. */
  view(): SnapshotView | null;
  /** The answer of `/healthz`; unless `isTrusted`, it names neither the organisation nor a host. */
  health(isTrusted: boolean): HealthAnswer;
  /** Aborts the current reading, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** After a failure the next reading begins sooner. */
const RETRY_SECONDS = 30;

/** Starts the first reading at once. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { refresh, refreshSeconds, now = Date.now } = options;
  const controller = new AbortController();
  const { signal } = controller;
  let view: SnapshotView | null = null;
  let failure: RefreshFailure | null = null;
  let refreshing = false;
  let timer: NodeJS.Timeout | undefined;

  async function read(): Promise<void> {
    refreshing = true;
    try {
      view = await refresh(signal);
      failure = null;
      options.onRead?.(view);
    } catch (error) {
      // An aborted reading is no failure.
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
    view: () => view,
    health: (isTrusted) => ({
      status: view ? (failure ? "stale" : "ok") : failure ? "unavailable" : "starting",
      ...{ refreshing, refreshSeconds },
      readAt: view && view.readAt.toISOString(),
      ageSeconds: view && Math.max(0, Math.floor((now() - view.readAt.getTime()) / 1000)),
      failure: failure && {
        ...{ at: failure.at.toISOString(), code: failure.code },
        ...(isTrusted && { message: failure.message }),
      },
      ...(isTrusted && { snapshot: view && view.about }),
    }),
    async stop() {
      controller.abort();
      clearTimeout(timer);
      await reading;
    },
  };
}

function describe(error: unknown): Pick<RefreshFailure, "code" | "message"> {
  if (!(error instanceof Failure)) {
    return {
      code: "INTERNAL_ERROR",
      message: "A bug ended the reading; see the server's own output.",
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
