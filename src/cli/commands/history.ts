/** `history NAME`: the changes of a skill or a person; and `explain --at` and `report --at` for a day in the past. */
import { pickTarget } from "../../desired/targets.ts";
import { noRepository } from "../../ledger/failures.ts";
import type { LedgerStore } from "../../ledger/store.ts";
import type { LedgerSkill, LedgerUser } from "../../model.ts";
import { Failure } from "../../problem.ts";
import type { HistorySubject } from "../../report/history/find.ts";
import { findSubjects } from "../../report/history/find.ts";
import { pastCsv, pastOf, pastText } from "../../report/history/past.ts";
import type { History } from "../../report/history/render.ts";
import { historyCsv, historyText } from "../../report/history/render.ts";
import { listNames, quoted } from "../../report/words.ts";
import { printableJson, slugOf } from "../../text.ts";
import { historyEvents } from "../history-events.ts";
import { storeOf } from "../ledger.ts";
import type { TargetOptions } from "../options.ts";
import type { Terminal } from "../terminal.ts";

type LedgerOptions = Pick<TargetOptions, "dir" | "target" | "sandbox" | "remote">;

interface HistoryOptions extends LedgerOptions {
  /** A skill's name, slug or id, or a person's e-mail, id or name. */
  readonly name: string;
  /** The first day to show. */
  readonly since?: string;
  readonly format: "text" | "json" | "csv";
}

/** Reads only the log of the ledger: neither the organisation nor the YAML. Throws Failure UNKNOWN_NAME. */
export async function historyCommand(options: HistoryOptions, terminal: Terminal): Promise<number> {
  const store = await openLog(options, terminal);
  const name = options.name.trim();
  const { ledger } = await store.read();
  const now = findSubjects(name, ledger ?? { skills: [], users: [] });
  const subjects = now.found.length > 0 ? now.found : await findInPast(name, store);
  if (subjects.length === 0) throw notInLedger(name, now, store);
  const history = await historyOf(subjects, { ...options, name }, store);
  if (options.format === "json") terminal.out(`${printableJson(history)}\n`);
  else if (options.format === "csv") terminal.out(historyCsv(history));
  else terminal.show(historyText(history, terminal.paint));
  return 0;
}

/** The history of a name in the current ledger; null if the ledger has nothing of this name. */
export async function historyNow(name: string, store: LedgerStore): Promise<History | null> {
  const { ledger } = await store.read();
  const { found } = findSubjects(name.trim(), ledger ?? { skills: [], users: [] });
  return found.length === 0 ? null : historyOf(found, { name }, store);
}

async function historyOf(
  subjects: readonly HistorySubject[],
  { name, since }: Pick<HistoryOptions, "name" | "since">,
  store: LedgerStore,
): Promise<History> {
  const events = [];
  for (const { kind, id, before } of subjects) {
    const skills = kind === "skill" ? [id, ...before] : undefined;
    const steps = await store.history(skills ? { skills } : { users: [id] });
    events.push(...historyEvents(steps, { skills: skills && new Set(skills), since }));
  }
  return { version: 1, target: store.target, name, subjects, events };
}

/** Throws Failure NO_REPOSITORY. */
async function openLog(options: LedgerOptions, terminal: Terminal): Promise<LedgerStore> {
  const target = options.sandbox ? "sandbox" : await pickTarget(options.dir, options.target);
  const store = await storeOf(options, target, terminal);
  if (!store) throw noRepository();
  return store;
}

/** Finds a skill or person that left the ledger: reads its whole history. */
async function findInPast(name: string, store: LedgerStore): Promise<readonly HistorySubject[]> {
  const skills = new Map<string, LedgerSkill>();
  const users = new Map<string, LedgerUser>();
  for (const { before, after } of (await store.history()).flatMap((step) => step.users)) {
    for (const user of [after, before]) {
      if (!user) continue;
      if (!users.has(user.id) || (users.get(user.id)?.email === undefined && user.email))
        users.set(user.id, user);
      for (const [id, { name: title }] of Object.entries(user.assignments))
        if (!skills.has(id)) skills.set(id, { id, name: title, slug: slugOf(title), protected: false });
    }
  }
  return findSubjects(name, { skills: [...skills.values()], users: [...users.values()] }).found;
}

function notInLedger(
  name: string,
  { nearest, several }: ReturnType<typeof findSubjects>,
  { branch }: LedgerStore,
): Failure {
  const code = "UNKNOWN_NAME";
  if (several.length > 0) {
    return new Failure({
      code,
      message: `${quoted(name)} may be any of ${several.length} people: the ledger (${branch}) knows them by e-mail alone.`,
      hint: `Write the e-mail of the one who is meant: ${listNames(several)}.`,
    });
  }
  return new Failure({
    code,
    message: `The ledger (${branch}) has no skill and no person called ${quoted(name)}.`,
    hint:
      nearest.length > 0
        ? `Did you mean ${nearest.map(quoted).join(" or ")}?`
        : "Write a skill's name, or a person's e-mail or id: the ledger holds no names of people, and knows only what an apply was about.",
  });
}

// ── A day in the past ────────────────────────────────────────────────────────────────────────────────

interface PastOptions extends LedgerOptions {
  readonly day: string;
  /** Default: all skills. */
  readonly name?: string;
  /** Default text. */
  readonly format?: string;
}

/**
 * Prints what was managed at the end of that day in UTC, from the ledger, without the organisation. Throws Failure
 * NO_LEDGER_THEN, UNKNOWN_NAME, UNKNOWN_FORMAT.
 */
export async function showPast(options: PastOptions, terminal: Terminal): Promise<number> {
  const { day, name, format = "text" } = options;
  if (!["text", "json", "csv"].includes(format)) {
    throw new Failure({
      code: "UNKNOWN_FORMAT",
      message: `A day in the past can't be written as ${format}.`,
      hint: "Use --format text, json or csv.",
    });
  }
  const store = await openLog(options, terminal);
  const ledger = await store.readAt(Date.parse(`${day}T23:59:59Z`));
  if (!ledger) {
    throw new Failure({
      code: "NO_LEDGER_THEN",
      message: `Nothing was applied to ${store.target} by the end of ${day}.`,
      hint: "Name a later day.",
    });
  }
  const subjects = name === undefined ? undefined : findSubjects(name.trim(), ledger);
  if (subjects?.found.length === 0) throw notInLedger(name ?? "", subjects, store);
  const past = pastOf(ledger, day, subjects?.found);
  if (format === "json") terminal.out(`${printableJson(past)}\n`);
  else if (format === "csv") terminal.out(pastCsv(past));
  else terminal.show(pastText(past, name !== undefined, terminal.paint));
  return 0;
}
