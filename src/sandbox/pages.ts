/** Lists in pages. */
import type { Call, Json } from "./api.ts";
import { requestOf } from "./api.ts";
import { ApiError, badRequest, tooLarge } from "./errors.ts";

/** The largest page of lists that the vendor's own tools read in pages of 100. */
export const SMALL_PAGES = 100;

/**
 * The page of `all` for the query's `pageSize` (25) and `pageNumber` (1); `show` renders a record at its position in the
 * whole list. `max` is the largest page size. Throws 400 for a bad number, and the error of a fault.
 */
export function pageOf<T>(
  call: Call,
  all: readonly T[],
  show: (record: T, position: number) => Json,
  max = call.maxPageSize,
): Json {
  const pageSize = readPageSize(call, max);
  const pageNumber = readCount("pageNumber", call.query.get("pageNumber") ?? 1);
  const start = (pageNumber - 1) * pageSize;
  const entities = all.slice(start, start + pageSize);
  const pageCount = Math.ceil(all.length / pageSize);
  const cut = { entities, total: all.length, pageCount };
  const fault = call.faults.onPage(requestOf(call.record), pageNumber, { ...cut, previous: all[start - 1] });
  if (fault) call.record.fault = fault.name;
  if (fault?.shows instanceof ApiError) throw fault.shows;
  const shown = { ...cut, ...fault?.shows };
  const uri = (page: number) => uriWith(call, { pageSize: String(pageSize), pageNumber: String(page) });
  return {
    ...{ pageSize, pageNumber, total: shown.total, pageCount: shown.pageCount },
    entities: (shown.entities as readonly T[]).map((record, at) => show(record, start + at)),
    firstUri: uri(1),
    selfUri: uri(pageNumber),
    lastUri: uri(Math.max(1, pageCount)),
    ...(pageNumber < pageCount && { nextUri: uri(pageNumber + 1) }),
    ...(pageNumber > 1 && { previousUri: uri(pageNumber - 1) }),
  };
}

/** All entities in one page. */
export function wholePage(entities: readonly Json[]): Json {
  return { entities, pageSize: entities.length, pageNumber: 1, total: entities.length, pageCount: 1 };
}

/** The page size in the query; 400 if it is invalid or too large, with another code if `expand` is given. */
export function readPageSize({ query }: Call, max: number): number {
  const pageSize = readCount("pageSize", query.get("pageSize") ?? 25);
  if (pageSize <= max) return pageSize;
  throw query.has("expand") ? tooLarge() : badRequest(`pageSize must not be more than ${max}.`, "pageSize");
}

/** A whole number from 1 up; 400 otherwise. */
export function readCount(name: string, value: unknown): number {
  if ((typeof value === "string" || typeof value === "number") && /^[1-9]\d{0,8}$/.test(String(value)))
    return Number(value);
  throw badRequest(`${name} must be a whole number from 1 up.`, name);
}

/** The call's path with these parameters set. */
export function uriWith({ query, record }: Call, params: Readonly<Record<string, string>>): string {
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries(params)) all.set(name, value);
  return `${record.path.split("?")[0] ?? ""}?${all.toString()}`;
}
