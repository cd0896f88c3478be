/** A fixed window of a minute for each key (a token or a client), as the `inin-ratelimit-*` headers tell it. */

const WINDOW_MS = 60_000;

export interface Allowance {
  readonly granted: boolean;
  /** Requests of this window, this one included if it was granted. */
  readonly count: number;
  readonly allowed: number;
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

/** Counts requests by key. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #clock: () => number;
  readonly #windows = new Map<string, { start: number; count: number }>();

  /** `perMinute` of 0 means no limit. */
  constructor(perMinute: number, clock: () => number) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Takes one request of the key's window; undefined where there is no limit. */
  take(key: string): Allowance | undefined {
    if (this.#perMinute === 0) return undefined;
    const window = this.#window(key);
    const granted = window.count < this.#perMinute;
    if (granted) window.count += 1;
    const resetSeconds = Math.max(1, Math.ceil((window.start + WINDOW_MS - this.#clock()) / 1000));
    return { granted, count: window.count, allowed: this.#perMinute, resetSeconds };
  }

  #window(key: string): { start: number; count: number } {
    const now = this.#clock();
    const current = this.#windows.get(key);
    if (current && now < current.start + WINDOW_MS) return current;
    const fresh = { start: now, count: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}
