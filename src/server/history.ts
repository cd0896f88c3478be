/** The history of a skill or a person as the API tells of it: read from the ledger once between two snapshots. */
import type { HistoryEntity } from "../page/api.ts";
import { Failure } from "../problem.ts";
import type { History } from "../report/history/render.ts";
import { eventWords } from "../report/history/render.ts";
import { Refusal } from "./refusal.ts";
import type { PageRequest } from "./search.ts";

/** Null where the ledger holds nothing and nobody of this name. Throws Failure where it can't be read. */
export type ReadHistory = (name: string) => Promise<History | null>;

/** Answers a page of a history as JSON; `version` changes with each snapshot. Throws Refusal. */
type HistoryPages = (name: string, page: PageRequest, version: unknown) => Promise<string>;

/** One at a time, however many ask: each takes a git process or two. */
export function historyPages(read: ReadHistory | undefined): HistoryPages {
  let known = new Map<string, Promise<History | null>>();
  let current: unknown;
  let last: Promise<unknown> = Promise.resolve();
  return async (name, page, version) => {
    if (!read) throw new Refusal(404, "NO_HISTORY", NO_LEDGER);
    if (version !== current || known.size >= REMEMBERED) known = new Map();
    current = version;
    let reading = known.get(name);
    if (!reading) {
      reading = last.then(() => read(name));
      known.set(name, reading);
      last = reading.catch(() => undefined);
    }
    const history = await reading.catch((error: unknown) => {
      known.delete(name);
      throw error instanceof Failure ? unreadable(error) : error;
    });
    if (!history) throw new Refusal(404, "UNKNOWN_NAME", UNKNOWN_NAME);
    return JSON.stringify(pageOf(history, page));
  };
}

/** Answers that are kept until the next snapshot. */
const REMEMBERED = 100;

const NO_LEDGER = "This server runs in no git repository, so there is no ledger that could tell a history.";
const UNKNOWN_NAME = "The ledger holds no skill and nobody of this name, or several people of it.";

function unreadable({ problems: [first] }: Failure): Refusal {
  return new Refusal(503, first?.code ?? "FAILURE", first?.message ?? "The ledger can't be read.", {
    headers: { "Retry-After": "30" },
  });
}

function pageOf({ events, subjects }: History, { page, size }: PageRequest) {
  return {
    ...{ page, size, total: events.length },
    entities: events.slice((page - 1) * size, page * size).map((event): HistoryEntity => {
      const { commit: _, cause: __, ...shown } = event;
      return { ...shown, words: eventWords(event) };
    }),
    subjects: subjects.map(({ kind, id, name }) => ({ kind, id, name })),
  };
}
