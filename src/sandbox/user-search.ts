/** POST /api/v2/users/search */
import type { Shared } from "./context.ts";
import type { Data, UserRecord } from "./data.ts";
import { ApiError, badRequest } from "./errors.ts";
import { wireUser } from "./wire.ts";

type Body = Readonly<Record<string, unknown>>;
type Test = (user: UserRecord) => boolean;

const FIELDS: Readonly<Record<string, (user: UserRecord) => string>> = {
  id: (user) => user.id,
  name: (user) => user.name,
  email: (user) => user.email,
  username: (user) => user.email,
  state: (user) => user.state,
};

/** Answers a search among these users: every criterion must hold; deleted users only where `state` asks for them. */
export function searchUsers(
  data: Data,
  users: readonly UserRecord[],
  body: Body,
  shared: Pick<Shared, "maxPageSize">,
): Record<string, unknown> {
  const pageSize = count(body, "pageSize", "page_size", 25);
  const pageNumber = count(body, "pageNumber", "page_number", 1);
  const expand = texts(body["expand"]);
  if (pageSize > shared.maxPageSize)
    throw new ApiError(
      400,
      "response.entity.too.large",
      "The response is too large. Reduce pageSize or expand list.",
    );
  const criteria = Array.isArray(body["query"]) ? (body["query"] as Body[]) : [];
  const tests = criteria.map(readCriterion);
  const asksState = criteria.some((criterion) => texts(criterion["fields"]).includes("state"));
  const found = users.filter(
    (user) => (asksState || user.state !== "deleted") && tests.every((test) => test(user)),
  );
  const pageCount = Math.ceil(found.length / pageSize);
  return {
    total: found.length,
    pageCount,
    pageSize,
    pageNumber,
    types: ["users"],
    ...(pageNumber < pageCount ? { nextPage: `/api/v2/users/search?pageNumber=${pageNumber + 1}` } : {}),
    results: found
      .slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      .map((user) => wireUser(data, user, expand)),
  };
}

function readCriterion(criterion: Body): Test {
  const fields = texts(criterion["fields"]);
  if (fields.length === 0) throw badRequest("A criterion needs fields.", "fields");
  for (const field of fields)
    if (!Object.hasOwn(FIELDS, field)) throw badRequest(`The field ${field} can't be searched.`, "fields");
  const one = criterion["value"];
  const values = (typeof one === "string" ? [one] : texts(criterion["values"])).map((value) =>
    value.toLowerCase(),
  );
  const compare = comparison(criterion["type"]);
  return (user) =>
    fields.some((field) => {
      const held = (FIELDS[field]?.(user) ?? "").toLowerCase();
      return values.some((value) => compare(held, value));
    });
}

function comparison(type: unknown): (held: string, value: string) => boolean {
  switch (type) {
    case "EXACT":
      return (held, value) => held === value;
    case "STARTS_WITH":
      return (held, value) => held.startsWith(value);
    case "CONTAINS":
    case "TERM":
    case "TERMS":
      return (held, value) => held.includes(value);
    default:
      throw badRequest("type must be EXACT, STARTS_WITH, CONTAINS, TERM or TERMS.", "type");
  }
}

function count(body: Body, camel: string, snake: string, fallback: number): number {
  const value = body[camel] ?? body[snake] ?? fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw badRequest(`${camel} must be a whole number from 1 up.`, camel);
  return value;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
