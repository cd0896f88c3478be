/** Checks of the repository and the ledger; read-only. */
import { statSync } from "node:fs";
import { DEFAULT_TARGET } from "../desired/targets.ts";
import { maskCredentials, openGit } from "../ledger/git.ts";
import { describeLease } from "../ledger/lease.ts";
import { headRevision, isAncestor } from "../ledger/revision.ts";
import { openLedgerStore } from "../ledger/store.ts";
import { count, printable } from "../text.ts";
import type { Facts, Section } from "./check.ts";
import { check, ok, unchecked, warning, wrong } from "./check.ts";

/** Timeout of a git command in milliseconds. */
const TIMEOUT = 30_000;
const MIN_GIT: readonly [number, number] = [2, 29];

const WITH_LEDGER = ["store", "target", "ledger"] as const;

/** The folder of the YAML if it exists, else the current folder. */
function folderOf({ options: { dir } }: Facts): string {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ? dir : ".";
}

// ── The repository ───────────────────────────────────────────────────────────────────────────────────

const GIT_VERSION = check("git", "git", [], async (facts) => {
  const git = openGit({ cwd: folderOf(facts), env: facts.options.env, timeout: TIMEOUT });
  const { stdout } = await git(["version"]);
  facts.git = git;
  const version = /\d+\.\d+[\w.]*/.exec(stdout)?.[0] ?? printable(stdout);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [minMajor, minMinor] = MIN_GIT;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return ok(`${version}.`);
  return wrong({
    code: "OLD_GIT",
    message: `This is git ${version}; ${MIN_GIT.join(".")} or later is needed.`,
    hint: "Install a newer one from https://git-scm.com.",
  });
});

const REPOSITORY = check("repository", "Repository", ["git"], async (facts) => {
  const { sandbox, remote, env } = facts.options;
  facts.reasons.set("store", { why: "the repository can't be read" });
  const target = facts.target ?? DEFAULT_TARGET;
  const cwd = folderOf(facts);
  // The ledger of a sandbox never leaves the clone.
  const store = await openLedgerStore({
    ...{ cwd, target, env },
    ...{ timeout: TIMEOUT, remote: sandbox ? null : remote },
  });
  facts.reasons.delete("store");
  if (!store) {
    return warning({
      code: "NO_REPOSITORY",
      message:
        "This folder is not in a git repository, so there is no ledger of what was applied: plans can only add.",
      hint: "Work in a clone of your repository, or create one here: `git init`, then commit the YAML.",
    });
  }
  facts.store = store;
  const top = (await facts.git(["rev-parse", "--show-toplevel"])).stdout.trim();
  if (top !== "") facts.top = top;
  if (store.remote !== null) facts.url = (await facts.git(["remote", "get-url", store.remote])).stdout.trim();
  return ok(`${printable(top)}.`);
});

const HISTORY = check("history", "History", ["git", "store"], async ({ git }) => {
  const { stdout } = await git(["rev-parse", "--is-shallow-repository"]);
  if (stdout.trim() !== "true") return ok("Complete.");
  return warning({
    code: "SHALLOW",
    message:
      "This clone has only the latest commits, so the order of commits and the origin of a removal may be unknown.",
    hint: "Fetch the rest: `git fetch --unshallow`. In a workflow: `fetch-depth: 0` of actions/checkout.",
  });
});

const COMMIT = check("commit", "Commit", ["git", "store"], async (facts) => {
  const head = await headRevision(folderOf(facts), ".", facts.options.env);
  if (!head) {
    return warning({
      code: "NO_COMMIT",
      message: "Nothing has been committed yet.",
      hint: "Commit the YAML, so that the ledger can name the commit that was applied.",
    });
  }
  facts.head = head.commit;
  const short = head.commit.slice(0, 7);
  if (head.dirty.length === 0) return ok(`${short}, and all of the YAML is in it.`);
  const files = count(head.dirty.length, "file of the YAML differs", "files of the YAML differ");
  const names = head.dirty.slice(0, 3).map((file) => printable(file));
  return warning({
    code: "UNCOMMITTED",
    message: `${files} from ${short}, such as ${names.join(", ")}.`,
    hint: "Commit them before you apply, so that the ledger can name the applied commit.",
  });
});

const REMOTE = check("remote", "Remote", ["git", "store"], ({ store, url = "", options }) => {
  if (store.remote !== null)
    return ok(`${printable(store.remote)} (${printable(maskCredentials(url))}) holds the ledger.`);
  if (options.sandbox) return ok("None: the sandbox's ledger never leaves this clone.");
  return warning({
    code: "NO_REMOTE",
    message:
      "There is no remote, so the ledger is only in this clone: an apply from another clone doesn't know it.",
    hint: "Add your shared repository: `git remote add origin <its URL>`.",
  });
});

/** Everyone who can read the repository can read credentials that git tracks. */
const ENV_FILE = check("env-file", "Secrets", ["git", "store"], async ({ git }) => {
  const { stdout } = await git("ls-files -t --cached --others --exclude-standard -- :/.env".split(" "));
  if (stdout.trim() === "") return ok("git does not track .env.");
  const isTracked = stdout.startsWith("H");
  return wrong({
    code: "ENV_IN_GIT",
    message: isTracked
      ? "git tracks .env, so everyone who can read the repository has its credentials."
      : "git does not ignore .env: the next `git add .` puts its credentials into the repository.",
    hint: isTracked
      ? "Remove it with `git rm --cached .env`, add the line .env to .gitignore, and create a new secret if it was pushed."
      : "Add the line .env to .gitignore.",
  });
});

// ── The ledger ───────────────────────────────────────────────────────────────────────────────────────

const LEDGER = check("ledger", "Ledger", ["store", "target"], async (facts) => {
  const { branch, remote } = facts.store;
  facts.ledger = await facts.store.read();
  const { ledger } = facts.ledger;
  const where = remote === null ? branch : `${branch} in ${printable(remote)}`;
  if (!ledger)
    return ok(`There is no ${where} yet: the first apply creates it, and nothing can be removed before.`);
  const parts = [count(ledger.skills.length, "skill"), count(ledger.users.length, "user")];
  return ok(`${where}: it holds ${parts.join(" and ")}.`);
});

const ORGANISATION = check("ledger-organization", "Ledger's organisation", WITH_LEDGER, (facts) => {
  const {
    ledger: { ledger },
    identity,
    dialect,
  } = facts;
  if (!ledger) return null;
  if (!identity || !dialect) return unchecked({ why: "the organisation is unknown" });
  const { id, name } = identity.organization;
  if (ledger.organization !== id) {
    return wrong({
      code: "WRONG_ORG",
      message: `The ledger is of the organisation ${printable(ledger.organization)}, and the credentials belong to ${printable(name)} (${printable(id)}).`,
      hint: "Check the credentials of this target.",
    });
  }
  if (ledger.dialect !== dialect) {
    return wrong({
      code: "WRONG_DIALECT",
      message: `The ledger was written for the ${ledger.dialect} API, and the organisation answers as ${dialect}.`,
      hint: "Check GENESYS_API_URL and settings.api.",
    });
  }
  return ok("The same as that of the credentials.");
});

const REVISION = check("revision", "Applied last", WITH_LEDGER, async (facts) => {
  const { ledger } = facts.ledger;
  if (!ledger) return null;
  const revision = ledger.applied?.revision ?? null;
  if (revision === null) return ok("The YAML was in no commit.");
  const { head } = facts;
  if (head === undefined) return unchecked({ why: "there is no commit here" });
  const [last, here] = [revision.slice(0, 7), head.slice(0, 7)];
  switch (await isAncestor(folderOf(facts), revision, head, facts.options.env)) {
    case "yes":
      return ok(`${last}${revision === head ? ", the checked-out commit" : `, which ${here} follows`}.`);
    case "unknown":
      return unchecked({
        why: `this clone lacks ${last}, or the commits between it and ${here}`,
        hint: "Fetch it: `git fetch`.",
      });
    case "no":
      return warning({
        code: "STALE",
        message: `${last} was applied last, but the checked-out commit ${here} doesn't follow it.`,
        hint: "Bring this branch up to date (`git pull`) before you plan or apply.",
      });
  }
});

const LEASE = check("at-work", "Running apply", WITH_LEDGER, ({ ledger: { lease } }) => {
  if (lease === null) return ok("None.");
  return warning({
    code: "APPLY_RUNNING",
    message: `An apply is running, or ended without releasing its lease: ${describeLease(lease)}.`,
    hint: "The next apply waits for it, and takes over if it doesn't renew its lease.",
  });
});

const OTHER_LEDGERS = check("other-ledgers", "Other ledgers", WITH_LEDGER, async (facts) => {
  const { store, ledger, identity, options } = facts;
  if (options.sandbox) return null;
  const others = await store.others();
  if (others.length === 0) return ok("None.");
  const names = others.map(({ target }) => target).join(", ");
  if (!identity) return unchecked({ why: `the organisation is unknown (there are ${names})` });
  const { id } = identity.organization;
  const same = others.find(({ claim, organization }) => claim !== "none" && organization === id);
  if (!same) return ok(`${names}: for other organisations.`);
  if (ledger.ledger) {
    return wrong({
      code: "SHARED_ORG",
      message: `The ledger of the target ${same.target} is for the same organisation; an organisation can have only one target.`,
      hint: "Check the credentials of both targets, or remove one of them.",
    });
  }
  return wrong({
    code: "OTHER_LEDGER",
    message: `This target has no ledger, and the ledger of the target ${same.target} is for the same organisation.`,
    hint: "If the target was renamed, take over its ledger: apply --allow OTHER_LEDGER",
  });
});

export const GIT: Section = {
  title: "Git and ledger",
  step: "Looking at git…",
  checks: [
    GIT_VERSION,
    REPOSITORY,
    HISTORY,
    COMMIT,
    REMOTE,
    ENV_FILE,
    LEDGER,
    ORGANISATION,
    REVISION,
    LEASE,
    OTHER_LEDGERS,
  ],
};
