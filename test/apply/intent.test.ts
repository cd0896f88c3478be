import { expect, test } from "vitest";
import { intentOf } from "../../src/apply/intent.ts";
import { emptyLedger } from "../../src/ledger/file.ts";
import type { Ledger } from "../../src/model.ts";
import { editByHand, newOrganisation } from "../plan/rename-worlds.ts";

test("an intent says what live held also of a skill whose id nobody learned yet", () => {
  const nothing = emptyLedger("default", "org", "cloud");
  const before: Ledger = {
    ...nothing,
    skills: [{ slug: "left", id: null, name: "left", protected: false }],
    users: [{ id: "bob", assignments: { left: { proficiency: 2 } } }],
  };
  const empty = newOrganisation("cloud");
  const skills = { kind: "complete", entities: [{ id: "s-1", name: "left", slug: "left" }] } as const;
  const live = editByHand({ ...empty, skills }, [{ user: "bob", name: "left", level: 3 }]);
  expect(intentOf(before, { ...before, users: [] }, live).removes.users).toEqual([
    { id: "bob", assignments: { left: { before: 3 } } },
  ]);
});
