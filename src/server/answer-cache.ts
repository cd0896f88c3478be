/** Answers that were given lately, so that what many ask for is worked out once. */
import type { HttpAnswer } from "./answer.ts";

export interface AnswerCache {
  get(url: string): HttpAnswer | undefined;
  set(url: string, answer: HttpAnswer): void;
}

const ENTRIES = 2000;
/** In UTF-16 units, over all bodies. */
const ROOM = 32_000_000;

/** Forgets what was asked for longest ago first. */
export function createAnswerCache(entries = ENTRIES, room = ROOM): AnswerCache {
  const answers = new Map<string, HttpAnswer>();
  let taken = 0;

  function forget(url: string): void {
    const answer = answers.get(url);
    if (!answer) return;
    taken -= answer.body.length;
    answers.delete(url);
  }

  return {
    get(url) {
      const answer = answers.get(url);
      if (answer) {
        answers.delete(url);
        answers.set(url, answer);
      }
      return answer;
    },
    set(url, answer) {
      if (answer.body.length > room) return;
      forget(url);
      answers.set(url, answer);
      taken += answer.body.length;
      for (const oldest of answers.keys()) {
        if (answers.size <= entries && taken <= room) break;
        forget(oldest);
      }
    },
  };
}
