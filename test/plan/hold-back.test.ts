/** What of a plan is left once everything that nobody reviewed is held back, in any world and for any review. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Operation, Plan, UpdateUser } from "../../src/model.ts";
import { ALLOWABLE } from "../../src/plan/judge/guards.ts";
import { plan } from "../../src/plan/plan.ts";
import type { HeldBack, ReviewedPlan } from "../../src/plan/review.ts";
import { holdBack, reviewHash, reviewHashes } from "../../src/plan/review.ts";
import { worlds } from "./worlds.ts";

const PLACE = { repository: "acme/skills", pull: 7 };

/** A plan, and which of its changes somebody reviewed. */
const cases = fc
  .tuple(worlds, fc.constantFrom("none", "some", "all"), fc.integer())
  .map(([world, how, seed]) => {
    const made = plan(world.desired, world.ledger, world.live, {
      allow: new Set(ALLOWABLE),
      requestsPerMinute: 300,
    });
    const all = reviewHashes(made, PLACE);
    const isPicked = (at: number): boolean =>
      how === "all" || (how === "some" && ((seed >>> (at % 31)) & 1) === 1);
    return { made, hashes: new Set(all.filter((_, at) => isPicked(at))) };
  });

/** Every single change with what it is of. */
interface Piece {
  readonly operation: Operation;
  readonly change: Change & { readonly kind?: string };
}

function piecesOf(operations: readonly Operation[]): Piece[] {
  return operations.flatMap((operation) => {
    const changes = "changes" in operation ? operation.changes : [operation];
    const entries = operation.kind === "update-profile" ? operation.entries : [];
    return [...changes, ...entries].map((change) => ({ operation, change }));
  });
}

const TAKES: readonly (string | undefined)[] = ["lose", "delete-skill"];

function takesAwayOrOverwrites({ change }: Piece): boolean {
  return TAKES.includes(change.kind) || change.cause === "drift" || change.cause === "conflict";
}

/** `create-skill/billing/…`: the same change before and after. */
function nameOf({ operation, change }: Piece): string {
  const holder = "id" in operation ? operation.id : operation.skill;
  return `${operation.kind} ${holder} ${change.fingerprint}`;
}

function namesOf(operations: readonly Operation[]): string[] {
  return piecesOf(operations).map(nameOf).sort();
}

type Judge = (
  made: Plan,
  held: HeldBack,
  isReviewed: (piece: Piece) => boolean,
  review: ReviewedPlan,
) => void;

/** Planned and held back once for all the rules that must hold. */
const HELD = fc.sample(cases, 400).map(({ made, hashes }) => {
  const review = { ...PLACE, hashes };
  return { made, review, held: holdBack(made, [review], 300) };
});

function check(judge: Judge): void {
  for (const { made, review, held } of HELD) {
    const isReviewed = ({ change }: Piece): boolean =>
      review.hashes.has(reviewHash(change.fingerprint, PLACE));
    judge(made, held, isReviewed, review);
  }
}

describe("what is left of a plan", () => {
  test("takes away and overwrites nothing that nobody reviewed", () => {
    check((_, { plan }, isReviewed) => {
      const left = piecesOf(plan.stages.flat()).filter(takesAwayOrOverwrites);
      expect(left.filter((piece) => !isReviewed(piece))).toEqual([]);
    });
  });

  test("and what is held back are the whole plan, each change once", () => {
    check((made, { plan, heldBack }) => {
      expect([...namesOf(plan.stages.flat()), ...namesOf(heldBack)].sort()).toEqual(
        namesOf(made.stages.flat()),
      );
    });
  });

  test("has no empty stage, and nothing that a second look would hold back", () => {
    check((_, { plan }, __, review) => {
      expect(plan.stages.every((stage) => stage.length > 0)).toBe(true);
      expect(holdBack(plan, [review], 300).heldBack).toEqual([]);
    });
  });

  test("is everything where all was reviewed", () => {
    check((made) => {
      const hashes = new Set(reviewHashes(made, PLACE));
      const { plan, heldBack } = holdBack(made, [{ ...PLACE, hashes }], 300);
      expect(heldBack).toEqual([]);
      expect([plan.stages, plan.summary, plan.fingerprint]).toEqual([
        made.stages,
        made.summary,
        made.fingerprint,
      ]);
    });
  });

  test("holds back nothing reviewed or harmless that depends on nothing held back", () => {
    check((_, { heldBack }, isReviewed) => {
      const pieces = piecesOf(heldBack);
      const absent = new Set(
        heldBack.flatMap((operation) => (operation.kind === "create-skill" ? operation.skill : [])),
      );
      for (const piece of pieces) {
        if (takesAwayOrOverwrites(piece) && !isReviewed(piece)) continue;
        expect(dependsOnHeld(piece, pieces, absent), nameOf(piece)).toBe(true);
      }
    });
  });

  test("gives nobody a skill that isn't made, and deletes none that somebody keeps", () => {
    check((_, { plan, heldBack }) => {
      const absent = new Set(
        heldBack.flatMap((operation) => (operation.kind === "create-skill" ? operation.skill : [])),
      );
      const kept = new Set(
        piecesOf(heldBack).flatMap(({ change }) =>
          "skill" in change && change.kind === "lose" ? String(change.skill) : [],
        ),
      );
      for (const operation of plan.stages.flat()) {
        switch (operation.kind) {
          case "update-user":
            expect(
              operation.changes.filter(({ kind, skill }) => kind === "gain" && absent.has(skill)),
            ).toEqual([]);
            break;
          case "update-profile":
            expect(
              operation.entries.filter(({ kind, skill }) => kind === "gain" && absent.has(skill)),
            ).toEqual([]);
            break;
          case "delete-skill":
            expect(kept.has(operation.skill)).toBe(false);
            expect(operation.replacedBy !== undefined && absent.has(operation.replacedBy)).toBe(false);
            break;
          case "create-skill":
          case "update-skill":
            break;
        }
      }
    });
  });

  test("takes an old skill from nobody whose new one is held back", () => {
    check((_, { plan, heldBack }) => {
      const held = new Map(usersOf(heldBack).map((user) => [user.id, user.changes]));
      for (const { id, changes } of usersOf(plan.stages.flat())) {
        const notGained = (held.get(id) ?? [])
          .filter(({ kind }) => kind === "gain")
          .map(({ skill }) => skill);
        const orphaned = changes.filter(
          (change) => change.kind === "lose" && change.to !== undefined && notGained.includes(change.to),
        );
        expect(orphaned).toEqual([]);
      }
    });
  });

  test("counts what is left", () => {
    check((made, { plan, heldBack }) => {
      if (heldBack.length === 0) return;
      expect(plan.fingerprint).not.toBe(made.fingerprint);
      const left = plan.stages.flat();
      const losing = usersOf(left).filter(({ changes }) =>
        changes.some((change) => change.kind === "lose" && change.to === undefined),
      );
      const deletedFrom = left.flatMap((operation) =>
        operation.kind === "delete-skill" && operation.replacedBy === undefined ? operation.holders : [],
      );
      const users = new Set([...losing.map(({ id }) => id), ...deletedFrom]);
      expect(plan.summary.usersLosing).toBe(users.size);
    });
  });
});

function usersOf(operations: readonly Operation[]): UpdateUser[] {
  return operations.filter((operation) => operation.kind === "update-user");
}

/** Whether something that is held back, too, is a reason to hold this back. */
function dependsOnHeld(
  { operation, change }: Piece,
  held: readonly Piece[],
  absent: ReadonlySet<string>,
): boolean {
  const others = held.filter((piece) => piece.change !== change);
  switch (operation.kind) {
    case "create-skill":
    case "update-skill":
      return false;
    case "update-profile":
      return "skill" in change && absent.has(String(change.skill));
    case "delete-skill":
      return others.some((piece) => "skill" in piece.change || piece.operation.kind === "create-skill");
    case "update-user":
      return (
        ("skill" in change && absent.has(String(change.skill))) ||
        others.some((piece) => piece.operation.kind === "update-user" && piece.operation.id === operation.id)
      );
  }
}
