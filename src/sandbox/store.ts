/** The state of the organisation, and the past that stale reads still see. */
import type { Data } from "./data.ts";

/** How long a write stays hidden from reads: for so many ms, and for so many reads. */
export interface Staleness {
  readonly ms: number;
  readonly reads: number;
}

interface Past {
  readonly before: Data;
  readonly at: number;
  reads: number;
}

export interface StoreOptions {
  readonly clock: () => number;
  readonly staleness: () => Staleness;
  /** Called with the new data after each write, before it is answered. */
  readonly onWrite?: (data: Data) => void;
}

/** Holds the current data; a write replaces it whole. */
export class Store {
  #data: Data;
  #past: Past[] = [];
  readonly #options: StoreOptions;

  constructor(data: Data, options: StoreOptions) {
    this.#data = data;
    this.#options = options;
  }

  /** The data as it is, which is what writes work on. */
  get data(): Data {
    return this.#data;
  }

  /** Replaces the data. */
  write(next: Data): void {
    const { ms, reads } = this.#options.staleness();
    if (ms > 0 || reads > 0) this.#past.push({ before: this.#data, at: this.#options.clock(), reads: 0 });
    this.#data = next;
    this.#options.onWrite?.(next);
  }

  /** The data as a read sees it: while a write is hidden, what was there before it. Counts as one read. */
  read(): Data {
    const { ms, reads } = this.#options.staleness();
    const now = this.#options.clock();
    for (const past of this.#past) past.reads += 1;
    this.#past = this.#past.filter((past) => now < past.at + ms || past.reads <= reads);
    return this.#past[0]?.before ?? this.#data;
  }
}

/** The list with this record in the place of the one with its id. */
export function replaced<T extends { readonly id: string }>(list: readonly T[], record: T): T[] {
  return list.map((one) => (one.id === record.id ? record : one));
}
