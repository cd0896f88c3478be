/** What an apply will cost in requests, and in time at the rate limit. */
import type { Cost, Operation } from "../model.ts";

/** The most assignments that one bulk request may carry. Source: the vendor's Terraform provider. */
export const BULK_SIZE = 50;

/** Users that are read again in one request after the last operation. */
export const USERS_PER_LOOKUP = 50;

/** `requestsPerMinute` is the rate limit that the apply will run at. */
export function costOf(operations: readonly Operation[], requestsPerMinute: number): Cost {
  const writing = operations.reduce((sum, operation) => sum + requestsOf(operation), 0);
  const requests = writing + requestsOfLastLook(operations) + requestsOfReadBack(operations);
  return { requests, seconds: Math.ceil((requests / requestsPerMinute) * 60) };
}

function requestsOf(operation: Operation): number {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return 1;
    // Read first, so that what someone else changed meanwhile is seen.
    case "update-skill":
      return 2;
    // Read, merged, written.
    case "update-profile":
      return 2;
    case "update-user": {
      const losses = operation.changes.filter(({ kind }) => kind === "lose").length;
      const isReadFirst = operation.changes.some(({ kind }) => kind !== "gain");
      return Number(isReadFirst) + Math.ceil((operation.changes.length - losses) / BULK_SIZE) + losses;
    }
  }
}

function requestsOfReadBack(operations: readonly Operation[]): number {
  const users = operations.filter(({ kind }) => kind === "update-user").length;
  const profiles = operations.filter(({ kind }) => kind === "update-profile").length;
  const skills = operations.some(({ kind }) => kind.endsWith("-skill"));
  return Math.ceil(users / USERS_PER_LOOKUP) + profiles + Number(skills);
}

/** Before deletes at least a page of active users and one of inactive ones, and what refers to each skill. */
function requestsOfLastLook(operations: readonly Operation[]): number {
  const deletes = operations.filter(({ kind }) => kind === "delete-skill").length;
  const [userLists, referenceIndexes] = [2, 2];
  return deletes === 0 ? 0 : userLists + referenceIndexes + deletes;
}
