/** Finds a name in a ledger: a skill by name, slug or id, a user by e-mail or id. */
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

/** The subjects with exactly this name; if there are none, ignoring case. */
export function findSubjects(
  name: string,
  ledger: Pick<Ledger, "skills" | "users">,
): { readonly found: readonly HistorySubject[]; readonly nearest: readonly string[] } {
  const all = candidates(ledger);
  const fold = (text: string): string => text.toLowerCase();
  const exact = all.filter(({ names }) => names.includes(name));
  const found = exact.length > 0 ? exact : all.filter(({ names }) => names.map(fold).includes(fold(name)));
  const meant = (["skill", "user"] as const).flatMap((kind) => {
    const titles = all.filter((one) => one.kind === kind).map((one) => one.name);
    return nearest(name, titles.sort()) ?? [];
  });
  return {
    found: found.map(({ kind, id, name, before }) => ({ kind, id, name, before })),
    nearest: found.length > 0 ? [] : meant,
  };
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
