/** `history NAME`: the changes of a skill or a person, only from the log of the ledger. */
import { pickTarget } from "../../desired/targets.ts";
import { noRepository } from "../../ledger/failures.ts";
import type { HistoryStep } from "../../ledger/history.ts";
import type { LedgerStore } from "../../ledger/store.ts";
import type { Ledger, LedgerSkill, LedgerUser } from "../../model.ts";
import { Failure } from "../../problem.ts";
import { historyEvents } from "../history-events.ts";
import type { HistorySubject } from "../../report/history/find.ts";
import { findSubjects } from "../../report/history/find.ts";
import type { History } from "../../report/history/render.ts";
import { historyCsv, historyText } from "../../report/history/render.ts";
import { listNames, quoted } from "../../report/words.ts";
import { printableJson, slugOf } from "../../text.ts";
import { storeOf } from "../ledger.ts";
import type { TargetOptions } from "../options.ts";
import type { Terminal } from "../terminal.ts";

interface HistoryOptions extends Pick<TargetOptions, "dir" | "target" | "sandbox" | "remote"> {
  /** A skill's name, slug or id, or a person's e-mail, id or name. */
  readonly name: string;
  /** The first day to show. */
  readonly since?: string;
  readonly format: "text" | "json" | "csv";
}

/** Reads neither the organisation nor the YAML. */
export async function historyCommand(options: HistoryOptions, terminal: Terminal): Promise<number> {
  const history = await readHistoryOf(options, terminal);
  if (options.format === "json") terminal.out(`${printableJson(history)}\n`);
  else if (options.format === "csv") terminal.out(historyCsv(history));
  else terminal.show(historyText(history, terminal.paint));
  return 0;
}

async function readHistoryOf(options: HistoryOptions, terminal: Terminal): Promise<History> {
  const store = await openPast(options, terminal);
  const name = options.name.trim();
  const { ledger } = await store.read();
  const now = findSubjects(name, ledger ?? { skills: [], users: [] });
  const subjects = now.found.length > 0 ? now.found : await findInPast(name, store);
  if (subjects.length === 0) throw unknownName(name, now, store.branch);
  return historyOf(subjects, { ...options, name }, store);
}

/** Of what the ledger holds now; null where it holds nothing of this name. */
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
  for (const subject of subjects) {
    const skills = [subject.id, ...subject.before];
    const isSkill = subject.kind === "skill";
    const steps = await store.history(isSkill ? { skills } : { users: [subject.id] });
    events.push(
      ...historyEvents(steps, {
        ...(isSkill && { skills: new Set(skills) }),
        ...(since !== undefined && { since }),
      }),
    );
  }
  return { version: 1, target: store.target, name, subjects, events };
}

/** Opens the ledger of one target without YAML or organisation. Throws Failure NO_REPOSITORY. */
export async function openPast(
  options: Pick<HistoryOptions, "dir" | "target" | "sandbox" | "remote">,
  terminal: Terminal,
): Promise<LedgerStore> {
  const target = options.sandbox ? "sandbox" : await pickTarget(options.dir, options.target);
  const store = await storeOf(options, target, terminal);
  if (!store) throw noRepository();
  return store;
}

/** The ledger at the end of a day, `YYYY-MM-DD` in UTC; null if there was none. */
export function ledgerAt(day: string, store: LedgerStore): Promise<Ledger | null> {
  return store.readAt(Date.parse(`${day}T23:59:59Z`));
}

/** Finds a skill or person that left the ledger: reads its whole history. */
async function findInPast(name: string, store: LedgerStore): Promise<readonly HistorySubject[]> {
  const steps: readonly HistoryStep[] = await store.history();
  const skills = new Map<string, LedgerSkill>();
  const users = new Map<string, LedgerUser>();
  for (const { before, after } of steps.flatMap((step) => step.users)) {
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

export function unknownName(
  name: string,
  { nearest, several }: Pick<ReturnType<typeof findSubjects>, "nearest" | "several">,
  branch: string,
): Failure {
  if (several.length > 0) {
    return new Failure({
      code: "UNKNOWN_NAME",
      message: `${quoted(name)} may be any of ${several.length} people: the ledger (${branch}) knows them by e-mail alone.`,
      hint: `Write the e-mail of the one who is meant: ${listNames(several)}.`,
    });
  }
  return new Failure({
    code: "UNKNOWN_NAME",
    message: `The ledger (${branch}) has no skill and no person called ${quoted(name)}.`,
    hint:
      nearest.length > 0
        ? `Did you mean ${nearest.map(quoted).join(" or ")}?`
        : "Write a skill's name, or a person's e-mail or id: the ledger holds no names of people, and knows only what an apply was about.",
  });
}
