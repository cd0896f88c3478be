/**
 * Finds the person that an e-mail or id in the YAML means. A person is identified by id. An e-mail means its current
 * owner, or, if it has none, the user whom the ledger knows by it.
 */
import type { DesiredUser, Ledger, LedgerUser, Live, LiveUser, Note, Place, Refusal } from "../../model.ts";
import { byText, foldName, nearest } from "../../text.ts";
import type { AbsentSubject } from "../rows.ts";

export interface MatchedUsers {
  /** Active users, sorted by e-mail, then id. */
  readonly users: readonly LiveUser[];
  /** The users that the YAML names, by id, each with every entry that means them. */
  readonly named: ReadonlyMap<string, readonly DesiredUser[]>;
  /** Ids of people who gained or lost an e-mail in the YAML since the last apply. */
  readonly otherPersons: ReadonlySet<string>;
  readonly absent: readonly AbsentSubject[];
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

/** `live.users` are the active users; other users that the YAML or the ledger names are in `live.absentUsers`. */
export function matchUsers(desired: readonly DesiredUser[], ledger: Ledger | null, live: Live): MatchedUsers {
  const directory = openDirectory(live, ledger?.users ?? []);
  const named = new Map<string, DesiredUser[]>();
  const otherPersons = new Set<string>();
  const absent: AbsentSubject[] = [];
  const notes: Note[] = [];
  const refusals: Refusal[] = [];
  const unknown: DesiredUser[] = [];
  for (const entry of desired) {
    const { user: ref, source } = entry;
    const found = findPerson(ref, directory);
    if (found.kind === "active") {
      named.set(found.user.id, [...(named.get(found.user.id) ?? []), entry]);
      if (found.reusedFrom !== undefined) {
        otherPersons.add(found.user.id).add(found.reusedFrom);
        const [before, now] = [found.reusedFrom, found.user.id];
        notes.push({ code: "EMAIL_REUSED", email: ref, before, now, source });
      } else if (found.isByLedger) {
        notes.push({ code: "EMAIL_CHANGED", from: ref, to: found.user.email, source });
      }
    } else if (found.kind === "absent") {
      absent.push({ ...found.subject, named: true, sources: entry.sources });
      const state = found.subject.state === "left" ? "unknown" : found.subject.state;
      notes.push({ code: "LEFT_ORG", user: ref, state, sources: placesOf(entry) });
    } else if (found.kind === "several") {
      const candidates = found.users.map(({ id, name }) => ({ id, name }));
      refusals.push({ code: "AMBIGUOUS", what: "user", name: ref, candidates, source });
    } else {
      unknown.push(entry);
    }
  }
  const leavers = leaversOfLedger(ledger?.users ?? [], directory, new Set(absent.map(({ id }) => id)));
  const silent = new Set(otherPersons);
  return {
    users: directory.users,
    named,
    otherPersons,
    absent: [...absent, ...leavers, ...unknown.map(unknownPerson)],
    notes: [
      ...notes,
      ...leavers.flatMap(({ ref, id, state }): Note[] => {
        if (silent.has(id ?? "")) return [];
        return [{ code: "LEFT_ORG", user: ref, state: state === "left" ? "unknown" : state, sources: [] }];
      }),
    ],
    refusals: [...refusals, ...refuseUnknown(unknown, directory)],
  };
}

// ── The people of one organisation ───────────────────────────────────────────────────────────────────

interface Directory {
  readonly users: readonly LiveUser[];
  readonly byId: ReadonlyMap<string, LiveUser>;
  readonly byEmail: ReadonlyMap<string, readonly LiveUser[]>;
  /** People outside the list of active users, by their reference in the YAML or the ledger, in lower case. */
  readonly absent: ReadonlyMap<string, Live["absentUsers"][number]>;
  readonly ledgerByEmail: ReadonlyMap<string, LedgerUser>;
  readonly ledgerById: ReadonlyMap<string, LedgerUser>;
}

function openDirectory(live: Live, ledger: readonly LedgerUser[]): Directory {
  const users = activeUsers(live);
  const byEmail = new Map<string, LiveUser[]>();
  for (const user of users) {
    if (user.email === "") continue;
    const others = byEmail.get(user.email);
    if (others) others.push(user);
    else byEmail.set(user.email, [user]);
  }
  return {
    users,
    byId: new Map(users.map((user) => [user.id.toLowerCase(), user])),
    byEmail,
    absent: new Map(live.absentUsers.map((absent) => [absent.ref.toLowerCase(), absent])),
    ledgerByEmail: new Map(
      ledger.flatMap((user): [string, LedgerUser][] =>
        user.email === undefined ? [] : [[user.email.toLowerCase(), user]],
      ),
    ),
    ledgerById: new Map(ledger.map((user) => [user.id.toLowerCase(), user])),
  };
}

/** Active users, including those that only a look-up found; sorted by e-mail, then id. */
function activeUsers({ users, absentUsers }: Live): LiveUser[] {
  const late = absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const byId = new Map([...late, ...users.entities].map((user) => [user.id, user]));
  return [...byId.values()].sort((a, b) => byText(a.email, b.email) || byText(a.id, b.id));
}

type MatchedPerson =
  | {
      readonly kind: "active";
      readonly user: LiveUser;
      /** Only the ledger knows them by this e-mail. */
      readonly isByLedger: boolean;
      /** Id of the person who had this e-mail at the last apply. */
      readonly reusedFrom?: string;
    }
  | { readonly kind: "several"; readonly users: readonly LiveUser[] }
  | { readonly kind: "absent"; readonly subject: Omit<AbsentSubject, "named" | "sources"> }
  | { readonly kind: "unknown" };

function findPerson(ref: string, directory: Directory): MatchedPerson {
  const key = ref.toLowerCase();
  const byId = directory.byId.get(key);
  if (byId) return { kind: "active", user: byId, isByLedger: false };
  const known = directory.ledgerByEmail.get(key) ?? directory.ledgerById.get(key);
  const have = directory.byEmail.get(key) ?? [];
  const [user, ...others] = have.filter(({ id }) => id === known?.id).concat(have.length === 1 ? have : []);
  if (have.length > 1 && (!user || others.length > 0)) return { kind: "several", users: have };
  if (user) {
    const isReused = known !== undefined && known.id !== user.id;
    return { kind: "active", user, isByLedger: false, ...(isReused && { reusedFrom: known.id }) };
  }
  const moved = known && directory.byId.get(known.id.toLowerCase());
  if (moved) return { kind: "active", user: moved, isByLedger: true };
  const absent = directory.absent.get(key) ?? (known && directory.absent.get(known.id.toLowerCase()));
  if (absent?.state === "inactive" || absent?.state === "deleted") {
    const item = directory.ledgerById.get(absent.id.toLowerCase());
    return {
      kind: "absent",
      subject: { ref, id: absent.id, email: absent.email, state: absent.state, item },
    };
  }
  if (!known) return { kind: "unknown" };
  const subject = { ref, id: known.id, email: known.email ?? null, state: "left" as const, item: known };
  return { kind: "absent", subject };
}

/** Users in the ledger only, whom the organisation doesn't list as active. */
function leaversOfLedger(
  ledger: readonly LedgerUser[],
  { byId, absent }: Directory,
  noted: ReadonlySet<string | null>,
): AbsentSubject[] {
  return ledger
    .filter(({ id }) => !byId.has(id.toLowerCase()) && !noted.has(id))
    .map((item) => {
      const { id, email } = item;
      const found = absent.get(id.toLowerCase());
      const state = found?.state === "inactive" || found?.state === "deleted" ? found.state : "left";
      const ref = email ?? id;
      return { ref, id, email: email ?? null, state, named: false, sources: [], item };
    });
}

/** Every line that names the user, in the order of the files. */
function placesOf({ source, sources }: DesiredUser): Place[] {
  const places = [source, ...sources.flatMap((one) => (one.via.kind === "user" ? [one.source] : []))];
  const byKey = new Map(places.map((place) => [`${place.file}:${place.line}:${place.column}`, place]));
  return [...byKey.values()].sort((a, b) => byText(a.file, b.file) || a.line - b.line || a.column - b.column);
}

// ── Unknown users ────────────────────────────────────────────────────────────────────────

function unknownPerson({ user, sources }: DesiredUser): AbsentSubject {
  return { ref: user, id: null, email: null, state: "unknown", named: true, sources, item: undefined };
}

/** More unknown users than this are no slips but another organisation, and each search takes long. */
const MAX_SUGGESTIONS = 20;

function refuseUnknown(unknown: readonly DesiredUser[], { users, byId, byEmail }: Directory): Refusal[] {
  if (unknown.length === 0) return [];
  const refs = [...byEmail.keys(), ...byId.keys()].sort(byText);
  const byDisplayName = new Map(users.map(({ name, email, id }) => [foldName(name), email || id]));
  return unknown.map(({ user, source }, at) => {
    const suggestion =
      byDisplayName.get(foldName(user)) ?? (at < MAX_SUGGESTIONS ? nearest(user, refs) : undefined);
    const near = suggestion !== undefined && { nearest: suggestion };
    return { code: "UNKNOWN_USER", name: user, source, ...near };
  });
}
