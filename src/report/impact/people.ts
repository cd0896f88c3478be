/** The active users of an organisation as reports speak of them. */
import type { LiveUser } from "../../model.ts";
import { byText } from "../../text.ts";
import type { ImpactWorlds, People, Person } from "./facts.ts";

export interface KnownPeople {
  readonly users: readonly LiveUser[];
  readonly byId: ReadonlyMap<string, LiveUser>;
  /** By id or e-mail, in lower case. */
  readonly byRef: ReadonlyMap<string, LiveUser>;
  /** Ids of the users that the YAML names. */
  readonly named: ReadonlySet<string>;
}

/** What becomes of one user's proficiency in one skill; null stands for not held. */
export interface HolderStep {
  readonly id: string;
  readonly before: number | null;
  readonly after: number | null;
}

export function knowPeople({ desired, live, plan }: ImpactWorlds): KnownPeople {
  const late = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const byId = new Map([...live.users.entities, ...late].map((user) => [user.id, user]));
  const users = [...byId.values()];
  const byRef = new Map(
    users.flatMap((user) =>
      [user.email, user.id.toLowerCase()].filter((ref) => ref !== "").map((ref) => [ref, user] as const),
    ),
  );
  const named = new Set(desired.users.flatMap(({ user }) => byRef.get(user)?.id ?? []));
  // The plan knows better: it follows a user whose e-mail has changed.
  for (const operation of plan?.stages.flat() ?? []) {
    if (operation.kind === "update-user" && operation.named) named.add(operation.id);
  }
  return { users, byId, byRef, named };
}

/** Users that the YAML doesn't name are counted, unless everyone is to be named. */
export function toPeople(
  steps: readonly HolderStep[],
  { byId, named }: KnownPeople,
  nameEveryone: boolean,
): People {
  const shown = nameEveryone ? steps : steps.filter(({ id }) => named.has(id));
  const people = shown.map(({ id, before, after }): Person => {
    const email = byId.get(id)?.email ?? "";
    return { user: email === "" ? id : email, before, after };
  });
  return {
    total: steps.length,
    named: people.sort((a, b) => byText(a.user, b.user)),
    others: steps.length - people.length,
  };
}
