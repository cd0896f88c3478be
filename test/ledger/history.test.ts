import { describe, expect, it } from "vitest";
import { HOUR, newTime, START } from "./clocks.ts";
import {
  ANN_HAS_BILLING,
  applied,
  BILLING,
  commitFile,
  COUNTS,
  factsOf,
  git,
  INTENT,
  ledgerOf,
  newRemote,
  newRepository,
  openStore,
} from "./repositories.ts";

const BOB = { id: "u-2", assignments: { "s-1": { name: "Billing", proficiency: 1 } } };
const [ANN] = ANN_HAS_BILLING.users;

describe("the history of users", () => {
  it("tells what became of each, when, by which commit and pull request, in another clone too", async () => {
    const { ann, bob } = newRemote();
    const revision = git(ann, "rev-parse", "HEAD");
    const time = newTime();
    const store = await openStore(ann, { clock: time.clock() });
    const begin = async () => store.begin(await store.read(), INTENT, factsOf({ revision }));
    const first = await (
      await begin()
    ).finish(
      { ...ANN_HAS_BILLING, users: [...ANN_HAS_BILLING.users, BOB] },
      { counts: COUNTS, pullRequests: [4, 7] },
    );
    await time.pass(HOUR);
    const second = await (await begin()).finish(ledgerOf({ skills: [BILLING] }), { counts: COUNTS });

    const reader = await openStore(bob);
    const ofBob = await reader.history({ users: ["u-2"] });
    const steps = { revision, pullRequests: [] as number[] };
    expect(ofBob).toMatchObject([
      { ...steps, kind: "begin", users: [{ id: "u-2", before: BOB, after: null }], at: START + HOUR },
      {
        ...steps,
        kind: "apply",
        commit: first,
        at: START,
        users: [{ id: "u-2", before: null, after: BOB }],
        pullRequests: [4, 7],
      },
    ]);
    const all = await reader.history();
    expect(all.map(({ kind, users }) => [kind, users.map(({ id }) => id)])).toEqual([
      ["apply", ["u-1"]],
      ["begin", ["u-1", "u-2"]],
      ["apply", ["u-1", "u-2"]],
      ["begin", ["u-1"]],
    ]);
    expect(all[0]).toMatchObject({ commit: second, users: [{ before: INTENT.users[0], after: null }] });
  });

  it("goes back beyond an adoption", async () => {
    const dir = newRepository();
    await applied(await openStore(dir), ANN_HAS_BILLING);
    const store = await openStore(dir, { target: "staging" });
    const state = await store.adopt("production", { requestTimeoutSeconds: 30, staleSeconds: 60 });
    await store.record(state, { ...ANN_HAS_BILLING, target: "staging" }, { revision: null, counts: COUNTS });
    expect(await store.history({ users: ["u-1"] })).toMatchObject([
      { kind: "begin", users: [{ before: null, after: ANN }] },
    ]);
    expect((await store.readAt(START))?.target).toBe("staging");
  });

  it("is empty without a ledger, and for no users", async () => {
    const store = await openStore(newRepository());
    expect(await store.history()).toEqual([]);
    await applied(store, ANN_HAS_BILLING);
    expect(await store.history({ users: [] })).toEqual([]);
    expect(await store.history({ users: ["u-9"] })).toEqual([]);
  });

  it("knows messages of others, and takes nothing from them", async () => {
    const dir = newRepository();
    await applied(await openStore(dir), ANN_HAS_BILLING);
    git(dir, "checkout", "--quiet", "ledger/production");
    git(dir, "rm", "--quiet", "users/u-/u-1.json");
    git(dir, "commit", "--quiet", "-m", "Clean up\n\nRevision: main\nPull requests: many");
    git(dir, "checkout", "--quiet", "main");
    const [last] = await (await openStore(dir)).history();
    expect(last).toMatchObject({
      ...{
        kind: "other",
        revision: null,
        pullRequests: [],
        users: [{ id: "u-1", before: ANN, after: null }],
      },
    });
  });
});

describe("a file that somebody broke and put right", () => {
  it("hides nothing of the history but itself", async () => {
    const dir = newRepository();
    await applied(await openStore(dir), ANN_HAS_BILLING);
    git(dir, "checkout", "--quiet", "ledger/production");
    commitFile(dir, "users/u-/u-1.json", "{");
    git(dir, "revert", "--no-edit", "HEAD");
    git(dir, "checkout", "--quiet", "main");
    expect(await (await openStore(dir)).history()).toMatchObject([
      { users: [{ before: null, after: ANN }] },
      { users: [{ before: ANN, after: null }] },
      { kind: "begin", users: [{ before: null, after: ANN }] },
    ]);
  });
});

describe("the ledger as it was", () => {
  it("is the one of the last commit by then", async () => {
    const time = newTime();
    const store = await openStore(newRepository(), { clock: time.clock() });
    expect(await store.readAt(START)).toBeNull();
    await applied(store, ANN_HAS_BILLING);
    await time.pass(HOUR);
    await applied(store, ledgerOf());
    expect(await store.readAt(START - 1)).toBeNull();
    expect(await store.readAt(START)).toEqual(ANN_HAS_BILLING);
    expect(await store.readAt(START + HOUR - 1)).toEqual(ANN_HAS_BILLING);
    expect(await store.readAt(START + HOUR)).toEqual(ledgerOf());
  });
});
