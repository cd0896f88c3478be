/** What an apply will cost in requests, and in time at the rate limit. */
import type { Cost, Operation } from "../model.ts";
import { isWritten } from "./changes.ts";

/** The maximum number of assignments in one bulk request. Source: the vendor's Terraform provider. */
const BULK_SIZE = 50;

/** How many users one request reads. */
const USERS_PER_READ = 50;

/** `requestsPerMinute` is the rate limit that the apply will run at. */
export function costOf(operations: readonly Operation[], requestsPerMinute: number): Cost {
  const writing = operations.reduce((sum, operation) => sum + requestsOf(operation), 0);
  const requests = writing + requestsOfReads(operations) + requestsBeforeDeletes(operations);
  return { requests, seconds: Math.ceil((requests / requestsPerMinute) * 60) };
}

function requestsOf({ subject, changes, deletion }: Operation): number {
  if (deletion || changes.some(({ verb }) => verb === "create")) return 1;
  // A skill's texts and a profile are read, merged and written.
  if (subject.kind !== "user") return 2;
  const losses = changes.filter(({ verb }) => verb === "remove").length;
  return Math.ceil((changes.filter(isWritten).length - losses) / BULK_SIZE) + losses;
}

/** Users are read before and after they are written, many per request. */
function requestsOfReads(operations: readonly Operation[]): number {
  const users = operations.filter(
    ({ subject, changes }) => subject.kind === "user" && changes.some(isWritten),
  ).length;
  const profiles = operations.filter(({ subject }) => subject.kind === "profile").length;
  const skills = operations.some(({ subject }) => subject.kind === "skill");
  return 2 * Math.ceil(users / USERS_PER_READ) + profiles + Number(skills);
}

/** Before deletes, at least one page of active and inactive users each is read, and the references of each skill. */
function requestsBeforeDeletes(operations: readonly Operation[]): number {
  const deletes = operations.filter(({ deletion }) => deletion !== undefined).length;
  const [userLists, referenceIndexes] = [2, 2];
  return deletes === 0 ? 0 : userLists + referenceIndexes + deletes;
}
