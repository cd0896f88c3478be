/**
 * What the API can be asked of a snapshot, and what answers it. Questions and answers are plain data, so that a
 * thread of its own may do the answering.
 */
import type { PageOf } from "./facts.ts";
import type { Page } from "./search.ts";
import type { About, View } from "./view.ts";

export type Question =
  | { readonly kind: "search"; readonly query: string; readonly page: Page }
  /** By id, slug, key or exact name. */
  | { readonly kind: "skill"; readonly ref: string }
  | { readonly kind: "profiles"; readonly page: Page }
  | { readonly kind: "coverage"; readonly page: Page }
  | { readonly kind: "impact" };

export interface Responder {
  readonly about: About;
  /** The answer's body: CSV for the impact, else JSON; null where there is no such skill. */
  ask(question: Question): Promise<string | null>;
  /** Resolves once what was asked before is answered. */
  close(): Promise<void>;
}

/** Answers in this thread. */
export function respondFrom(view: View): Responder {
  return {
    about: view.about,
    ask: (question) => Promise.resolve(answerQuestion(view, question)),
    close: () => Promise.resolve(),
  };
}

export function answerQuestion(view: View, question: Question): string | null {
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

function pageOf<T>(all: readonly T[], { page, size }: Page): PageOf<T> {
  const entities = all.slice((page - 1) * size, page * size);
  return { page, size, total: all.length, entities };
}
