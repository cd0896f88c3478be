/**
 * The questions that the API asks of a snapshot. Questions and answers are plain data, so that a
 * thread of its own may do the answering.
 */
import type { PageOf } from "./facts.ts";
import type { PageRequest } from "./search.ts";
import type { About, SnapshotView } from "./view.ts";

export type Question =
  | { readonly kind: "search"; readonly query: string; readonly page: PageRequest }
  /** By key or id, else by the slug or exact name that no other skill has. */
  | { readonly kind: "skill"; readonly ref: string }
  | { readonly kind: "profiles"; readonly page: PageRequest }
  | { readonly kind: "coverage"; readonly page: PageRequest }
  | { readonly kind: "impact" };

export interface Responder {
  readonly about: About;
  /** The answer's body: CSV for the impact, else JSON; null where no one skill is meant. */
  ask(question: Question): Promise<string | null>;
  /** Resolves once what was asked before is answered. */
  close(): Promise<void>;
}

/** Answers in this thread. */
export function respondFrom(view: SnapshotView): Responder {
  return {
    about: view.about,
    ask: (question) => Promise.resolve(answerQuestion(view, question)),
    close: () => Promise.resolve(),
  };
}

export function answerQuestion(view: SnapshotView, question: Question): string | null {
  switch (question.kind) {
    case "search":
      return JSON.stringify(view.search(question.query, question.page));
    case "skill": {
      const skill = view.skill(question.ref);
      return skill && JSON.stringify(skill);
    }
    case "profiles":
      return JSON.stringify(pageOf(view.profiles, question.page));
    case "coverage": {
      const { totals, entities } = view.coverage;
      return JSON.stringify({ ...pageOf(entities, question.page), totals });
    }
    case "impact":
      return view.impactCsv;
  }
}

function pageOf<T>(all: readonly T[], { page, size }: PageRequest): PageOf<T> {
  const entities = all.slice((page - 1) * size, page * size);
  return { page, size, total: all.length, entities };
}
