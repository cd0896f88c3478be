/** Looks up the users that the YAML or the ledger names and the list of active users lacks. */
import { groupBy } from "../group-by.ts";
import type { UserBody } from "../genesys/bodies.ts";
import type { Reader } from "../genesys/reader.ts";
import { ApiError } from "../http/error.ts";
import type { AbsentUser, Listing, LiveUser } from "../model.ts";
import { byText } from "../text.ts";
import { completeUsers } from "./users.ts";

/** A user in the ledger; the e-mail is set only if the YAML named the user by it. */
export interface LedgerUserRef {
  readonly id: string;
  readonly email?: string;
}

/**
 * Reads every named user who is not in `active`, sorted by reference: the id for users of the ledger, the e-mail or id
 * as written for users of the YAML. An e-mail is not absent if the ledger knows its user and the list has that user
 * with another e-mail. One request looks up many ids, and one search many e-mails.
 */
export async function readAbsentUsers(
  reader: Reader,
  active: readonly LiveUser[],
  named: readonly string[],
  ledgerUsers: readonly LedgerUserRef[],
): Promise<Listing<AbsentUser>> {
  const present = new Set(active.flatMap(({ id, email }) => [id.toLowerCase(), email]));
  const idByEmail = new Map(ledgerUsers.map(({ id, email = "" }) => [email.toLowerCase(), id]));
  const missing = named.filter((ref) => !present.has(ref.toLowerCase()));
  const lost = ledgerUsers.map(({ id }) => id).filter((id) => !present.has(id.toLowerCase()));
  const emails = missing.filter(
    (ref) => isEmail(ref) && !present.has(idByEmail.get(ref.toLowerCase())?.toLowerCase() ?? ""),
  );
  const ids = unique([...missing.filter((ref) => !isEmail(ref)), ...lost]);

  const [byId, byEmail] = await Promise.all([lookUp(reader, ids), reader.usersByEmail(unique(emails))]);
  const bodies = [...byId.entities, ...byEmail.entities];
  const skilled = await completeUsers(reader, {
    kind: "complete",
    entities: bodies.filter((user) => user.state === "active"),
  });
  const broken = [byId, byEmail, skilled].find((listing) => listing.kind === "incomplete");
  if (broken) return { ...broken, entities: [] };

  const usersById = new Map(skilled.entities.map((user) => [user.id, user]));
  const describe = (ref: string, body: UserBody | undefined): AbsentUser =>
    describeAbsent(ref, body, body && usersById.get(body.id));
  const foundById = new Map(byId.entities.map((user) => [user.id.toLowerCase(), user]));
  const foundByEmail = groupBy(byEmail.entities, ({ email }) => email.toLowerCase());
  const findById = (id = "") => foundById.get(id.toLowerCase());
  const entities = [
    ...ids.map((id) => describe(id, findById(id))),
    ...unique(emails).map((email) => {
      const key = email.toLowerCase();
      // An e-mail that the search doesn't find may be the old e-mail of a user whom the ledger knows by id.
      return describe(email, mostActive(foundByEmail.get(key)) ?? findById(idByEmail.get(key)));
    }),
  ];
  return { kind: "complete", entities: entities.sort((a, b) => byText(a.ref, b.ref)) };
}

/** Users of any state by id; incomplete if they can't be looked up. */
async function lookUp(reader: Reader, ids: readonly string[]): Promise<Listing<UserBody>> {
  try {
    const found = await reader.usersById(ids, "any");
    return { kind: "complete", entities: [...found.values()] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = `Users that the list lacks could not be looked up: ${error.message}`;
    return { kind: "incomplete", entities: [], reason };
  }
}

function describeAbsent(ref: string, body: UserBody | undefined, user: LiveUser | undefined): AbsentUser {
  if (!body) return { ref, state: "unknown" };
  if (body.state === "active") return user ? { ref, state: "active", user } : { ref, state: "unknown" };
  return { ref, state: body.state, id: body.id, name: body.name, email: body.email.toLowerCase() };
}

/** Chooses among users with the same e-mail, such as a user who left and came back: active first, then inactive. */
function mostActive(users: readonly UserBody[] = []): UserBody | undefined {
  const inState = (state: UserBody["state"]) => users.find((user) => user.state === state);
  return inState("active") ?? inState("inactive") ?? inState("deleted");
}

function isEmail(ref: string): boolean {
  return ref.includes("@");
}

/** The values without those that differ only in case. */
function unique(values: readonly string[]): string[] {
  return [...new Map(values.map((value) => [value.toLowerCase(), value])).values()];
}
