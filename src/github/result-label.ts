/** One label that says what merging a pull request does, where the repository has it: `skills:destroy`. */
import type { Comment } from "./github.ts";
import type { PlanEffect } from "./marker.ts";
import { EFFECTS, readPlanMark } from "./marker.ts";
import type { Session } from "./session.ts";
import { isBy, orFailure } from "./session.ts";

const labelOf = (effect: PlanEffect): string => `skills:${effect}`;

/**
 * Sets it by our plan comments of all targets and folders, and takes the others off. `known` are the pull request's
 * comments, this run's among them. Another target's plan may set it at the same time, so whoever changed something looks
 * again. Throws Failure GITHUB.
 */
export const setResultLabel = orFailure(
  async (
    { github, login }: Session,
    { number: pull, head }: { readonly number: number; readonly head: string },
    known: readonly Comment[],
  ): Promise<void> => {
    for (let looks = 0; looks < 2; looks++) {
      const comments = looks === 0 ? known : await github.listComments(pull);
      const effects = comments.flatMap(({ author, body }) => {
        const mark = isBy(login, author) ? readPlanMark(body) : null;
        return mark?.head === head ? [mark.effect] : [];
      });
      const labels = (await github.findPull(pull))?.labels.map((label) => label.toLowerCase()) ?? [];
      // Unknown if one target has no plan.
      const strongest = EFFECTS.findLast((effect) => effects.includes(effect));
      const wanted = strongest && !effects.includes(null) ? labelOf(strongest) : null;
      const others = EFFECTS.map(labelOf).filter((label) => label !== wanted && labels.includes(label));
      for (const label of others) await github.removeLabel(pull, label);
      const isMissing = wanted !== null && !labels.includes(wanted) && (await github.hasLabel(wanted));
      if (isMissing) await github.addLabel(pull, wanted);
      if (!isMissing && others.length === 0) return;
    }
  },
);
