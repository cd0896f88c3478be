/** The current data of the organisation, and older data for stale reads. */
import type { Data } from "./data.ts";

interface StoreOptions {
  readonly clock: () => number;
  /** How long a write stays hidden from reads, in ms and in number of reads. */
  readonly staleness: () => { readonly ms: number; readonly reads: number };
  /** Called after each write, before it is answered. */
  readonly onWrite: (data: Data) => void;
}

export type Store = ReturnType<typeof createStore>;

/** Holds the current data; a write replaces it completely. */
export function createStore(first: Data, { clock, staleness, onWrite }: StoreOptions) {
  let data = first;
  /** The data before each write that is still hidden. */
  let past: { readonly before: Data; readonly at: number; reads: number }[] = [];
  return {
    /** The current data, for writes. */
    get data(): Data {
      return data;
    },

    /** Replaces the data. */
    write(next: Data): void {
      const { ms, reads } = staleness();
      if (ms > 0 || reads > 0) past.push({ before: data, at: clock(), reads: 0 });
      data = next;
      onWrite(next);
    },

    /** The data for a read: the data before the oldest hidden write, if any. Counts as one read. */
    read(): Data {
      const { ms, reads } = staleness();
      for (const one of past) one.reads += 1;
      past = past.filter((one) => clock() < one.at + ms || one.reads <= reads);
      return past[0]?.before ?? data;
    },
  };
}
