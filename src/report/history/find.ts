/**
 * What a name means in a ledger: a skill by name, slug or id, a person by e-mail or id. The ledger holds no names of
 * people, so a name means whoever has an e-mail that is made of it.
 */
import type { Ledger } from "../../model.ts";
import { nearest } from "../../text.ts";

export interface HistorySubject {
  readonly kind: "skill" | "user";
  readonly id: string;
  readonly name: string;
  /** For a skill, the skills that it replaced. */
  readonly before: readonly string[];
}

interface Candidate extends HistorySubject {
  readonly names: readonly string[];
}

interface FoundSubjects {
  readonly found: readonly HistorySubject[];
  /** E-mails of the people who may be meant, where there are several; sorted. */
  readonly several: readonly string[];
  readonly nearest: readonly string[];
}

/**
 * Those that are called exactly so, else those that are but for upper and lower case, else the only person whose
 * e-mail is made of the name.
 */
export function findSubjects(name: string, ledger: Pick<Ledger, "skills" | "users">): FoundSubjects {
  const all = candidates(ledger);
  const fold = (text: string): string => text.toLowerCase();
  const exact = all.filter(({ names }) => names.includes(name));
  const called = exact.length > 0 ? exact : all.filter(({ names }) => names.map(fold).includes(fold(name)));
  const people =
    called.length > 0 ? [] : all.filter((one) => one.kind === "user" && isMadeOf(one.name, name));
  const found = people.length === 1 ? people : called;
  const meant = (["skill", "user"] as const).flatMap((kind) => {
    const titles = all.filter((one) => one.kind === kind).map((one) => one.name);
    return nearest(name, titles.sort()) ?? [];
  });
  return {
    found: found.map(({ kind, id, name, before }) => ({ kind, id, name, before })),
    several: people.length > 1 ? people.map((one) => one.name).sort() : [],
    nearest: found.length > 0 ? [] : meant,
  };
}

/** `liam.byrne@…` and `byrne_liam@…` are made of `Liam Byrne`. */
function isMadeOf(email: string, name: string): boolean {
  const [local = "", domain] = email.split("@");
  const words = wordsOf(name);
  return domain !== undefined && words.length > 1 && words.join(" ") === wordsOf(local).join(" ");
}

/** Without accents, sorted. */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "")
    .sort();
}

function candidates({ skills, users }: Pick<Ledger, "skills" | "users">): Candidate[] {
  return [
    ...skills.map(({ id, name, slug, renamedFrom = [] }): Candidate => {
      const names = [id, name, slug, ...renamedFrom.map((old) => old.name)];
      const before = renamedFrom.flatMap((old) => (old.id === id ? [] : [old.id]));
      return { kind: "skill", id, name, before, names };
    }),
    ...users.map(({ id, email }): Candidate => {
      return {
        kind: "user",
        id,
        name: email ?? id,
        before: [],
        names: email === undefined ? [id] : [id, email],
      };
    }),
  ];
}
