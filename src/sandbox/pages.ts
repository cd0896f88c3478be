/** Lists in pages, and all that can be wrong with a page. */
import type { Context } from "hono";
import type { Env, Shared } from "./context.ts";
import { ApiError, badRequest } from "./errors.ts";

export interface PageRules {
  /** The largest page that may be asked for. */
  readonly max: number;
  /** Whether too large a page is refused as too large an answer, which asks for a smaller one. */
  readonly expanded?: boolean;
}

export interface Page<T> {
  readonly entities: readonly T[];
  readonly pageSize: number;
  readonly pageNumber: number;
  readonly total: number;
  readonly pageCount: number;
  readonly firstUri: string;
  readonly selfUri: string;
  readonly lastUri: string;
  readonly nextUri?: string;
  readonly previousUri?: string;
}

/** The page of `all` that the query's `pageSize` (25) and `pageNumber` (1) ask for; throws 400 for a bad one. */
export function pageOf<T>(c: Context<Env>, shared: Shared, all: readonly T[], rules: PageRules): Page<T> {
  const pageSize = readPageSize(c, rules);
  const pageNumber = readCount(c, "pageNumber", 1);
  const page = cutPage(all, pageNumber, pageSize);
  return {
    ...envelope(c, pageNumber, pageSize, all.length),
    ...spoil(c, shared, page, all, pageNumber, pageSize),
  };
}

/** A page size of the query; 400 where it is no count or too large. */
export function readPageSize(c: Context<Env>, { max, expanded = false }: PageRules): number {
  const pageSize = readCount(c, "pageSize", 25);
  if (pageSize <= max) return pageSize;
  if (expanded)
    throw new ApiError(
      400,
      "response.entity.too.large",
      "The response is too large. Reduce pageSize or expand list.",
    );
  throw badRequest(`pageSize must not be more than ${max}.`, "pageSize");
}

/** A whole number of the query from 1 up; 400 otherwise. */
function readCount(c: Context<Env>, name: string, fallback: number): number {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw badRequest(`${name} must be a whole number from 1 up.`, name);
  return Number(text);
}

/** The values of a parameter that may be repeated or, as the vendor's JavaScript SDK sends it, joined by commas. */
export function readList(c: Context<Env>, name: string): string[] {
  return (c.req.queries(name) ?? []).flatMap((value) => value.split(",")).filter((value) => value !== "");
}

function cutPage<T>(all: readonly T[], pageNumber: number, pageSize: number): readonly T[] {
  return all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
}

function envelope(c: Context<Env>, pageNumber: number, pageSize: number, total: number) {
  const pageCount = Math.ceil(total / pageSize);
  const uri = (page: number) => {
    const url = new URL(c.req.url);
    url.searchParams.set("pageSize", String(pageSize));
    url.searchParams.set("pageNumber", String(page));
    return `${url.pathname}?${url.searchParams.toString()}`;
  };
  return {
    pageSize,
    pageNumber,
    total,
    pageCount,
    firstUri: uri(1),
    selfUri: uri(pageNumber),
    lastUri: uri(Math.max(1, pageCount)),
    ...(pageNumber < pageCount ? { nextUri: uri(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: uri(pageNumber - 1) } : {}),
  };
}

/** The entities, and where a fault says so the total or the number of pages, that the page shows instead. */
function spoil<T>(
  c: Context<Env>,
  { faults }: Shared,
  page: readonly T[],
  all: readonly T[],
  pageNumber: number,
  pageSize: number,
): { entities: readonly T[]; total?: number; pageCount?: number } {
  const request = `${c.req.method} ${c.var.record.path}`;
  const mark = (fault: string) => (c.var.record.fault = fault);
  if (faults.strikesPage("failPage", pageNumber, request)) {
    mark("failPage");
    throw new ApiError(
      faults.on.serverErrorStatus ?? 503,
      "service.unavailable",
      "The service is unavailable.",
    );
  }
  if (faults.strikesPage("growTotal", pageNumber, request, "onwards")) {
    mark("growTotal");
    return { entities: page, total: all.length + 1 };
  }
  if (faults.strikesPage("morePages", pageNumber, request)) {
    mark("morePages");
    return { entities: page, pageCount: Math.ceil(all.length / pageSize) + 1 };
  }
  if (faults.strikesPage("earlyEnd", pageNumber, request, "onwards")) {
    mark("earlyEnd");
    return { entities: [] };
  }
  if (faults.strikesPage("shortPage", pageNumber, request)) {
    mark("shortPage");
    return { entities: page.slice(0, -1) };
  }
  const before = all[(pageNumber - 1) * pageSize - 1];
  if (before !== undefined && faults.strikesPage("repeatEntity", pageNumber, request)) {
    mark("repeatEntity");
    return { entities: [before, ...page.slice(0, -1)] };
  }
  return { entities: page };
}
