/** The people of one organisation, and how what the YAML calls them leads to them. */
import type { AbsentUser, LedgerUser, Live, LiveUser } from "../../model.ts";
import { byText, nearest } from "../../text.ts";

export interface Directory {
  readonly byId: ReadonlyMap<string, LiveUser>;
  /** By e-mail or id, in lower case. */
  readonly byRef: ReadonlyMap<string, LiveUser>;
  readonly absent: ReadonlyMap<string, AbsentUser>;
  readonly ledgerByEmail: ReadonlyMap<string, LedgerUser>;
  readonly ledgerById: ReadonlyMap<string, LedgerUser>;
}

/** Indexes the active users of `live`, and those who are named and aren't among them. */
export function openDirectory(live: Live, ledger: readonly LedgerUser[]): Directory {
  const late = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const users = [...live.users.entities, ...late];
  return {
    byId: new Map(users.map((user) => [user.id, user])),
    byRef: new Map(
      users.flatMap((user) => [user.id.toLowerCase(), user.email].map((ref) => [ref, user] as const)),
    ),
    absent: new Map(live.absentUsers.map((absent) => [absent.ref.toLowerCase(), absent])),
    ledgerByEmail: new Map(
      ledger.flatMap((user) => (user.email ? [[user.email.toLowerCase(), user] as const] : [])),
    ),
    ledgerById: new Map(ledger.map((user) => [user.id, user])),
  };
}

export type Found =
  | { readonly kind: "found"; readonly user: LiveUser; readonly isFormer: boolean }
  | { readonly kind: "left"; readonly state: "inactive" | "deleted" | "unknown"; readonly id?: string }
  | { readonly kind: "unknown" };

/** By id or e-mail; the ledger remembers the id of a user whose e-mail has changed since. */
export function findUser(ref: string, directory: Directory): Found {
  const key = ref.toLowerCase();
  const user = directory.byRef.get(key);
  if (user) return { kind: "found", user, isFormer: false };
  const known = directory.ledgerByEmail.get(key) ?? directory.ledgerById.get(key);
  const moved = known && directory.byId.get(known.id);
  if (moved) return { kind: "found", user: moved, isFormer: true };
  const absent = directory.absent.get(key) ?? (known && directory.absent.get(known.id.toLowerCase()));
  if (absent?.state === "inactive" || absent?.state === "deleted") {
    return { kind: "left", state: absent.state, id: absent.id };
  }
  return known ? { kind: "left", state: "unknown", id: known.id } : { kind: "unknown" };
}

/** More names than this that nobody has are no slips: another organisation is meant, and each search is long. */
const MAX_SUGGESTIONS = 20;

/** The e-mail or id that each of these names, which lead to nobody, may be a slip of; undefined beyond the first of them. */
export function suggestUsers(names: readonly string[], { byRef }: Directory): (string | undefined)[] {
  const refs = names.length === 0 ? [] : [...byRef.keys()].sort(byText);
  return names.map((name, at) => (at < MAX_SUGGESTIONS ? nearest(name, refs) : undefined));
}
