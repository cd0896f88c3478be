/**
 * Reads a list to its end, or reports it as incomplete.
 *
 * An incomplete list must never look like a small organisation. A list is complete only if every page was read, no id
 * is repeated, all pages agree on the total, and the numbers of entities and pages match. The list may change while it
 * is read, so it is read up to three times before it counts as incomplete.
 */
import pLimit from "p-limit";
import { ApiError, isRateLimited } from "../http/error.ts";
import type { Listing } from "../model.ts";
import { count } from "../text.ts";
import { isTooLarge } from "./error.ts";

export interface Page<T> {
  readonly entities: readonly T[];
  readonly pageSize: number | undefined;
  readonly pageNumber: number | undefined;
  readonly pageCount: number | undefined;
  readonly total: number | undefined;
  readonly nextUri: string | undefined;
}

/** The query for one page. */
type PageQuery = Readonly<Record<string, string | number>>;

interface PageSource<T> {
  /** The name of the list for messages, such as `users`. Lists with the same name share their page size. */
  readonly what: string;
  /** The page size to ask for at first. */
  readonly pageSize: number;
  /** Errors that the caller handles: they are thrown at once. Default: none. */
  readonly throws?: (error: ApiError) => boolean;
  /** Throws ApiError. */
  fetch(page: PageQuery): Promise<Page<T>>;
}

/** The page sizes that a server accepted, by the name of the list. */
export type PageSizes = Map<string, number>;

const READINGS = 3;
const CONCURRENCY = 8;
/** More pages than this are a mistake of the server: half a million entities at the smallest usual page size. */
const MAX_PAGES = 20_000;

/** Thrown if one reading of a list can't be used. */
class UnusableListing extends Error {
  override readonly name = "UnusableListing";
  /** Another reading would fail too. */
  readonly isPermanent: boolean;

  constructor(message: string, isPermanent = false) {
    super(message);
    this.isPermanent = isPermanent;
  }
}

/**
 * The whole list, or an incomplete one with the reason. Throws ApiError if it can't be read at all: no permission, no
 * trusted server, or no parent entity.
 */
export async function readListing<T extends { readonly id: string }>(
  source: PageSource<T>,
  sizes: PageSizes,
): Promise<Listing<T>> {
  let reason = "";
  for (let reading = 1; reading <= READINGS;) {
    const size = sizes.get(source.what) ?? source.pageSize;
    try {
      return { kind: "complete", entities: await readOnce(source, size, sizes) };
    } catch (error) {
      if (isTooLarge(error) && size > 1) {
        sizes.set(source.what, Math.floor(size / 2));
        continue;
      }
      if (!(error instanceof UnusableListing)) throw error;
      reason = error.message;
      if (error.isPermanent) break;
      reading += 1;
    }
  }
  return { kind: "incomplete", entities: [], reason };
}

async function readOnce<T extends { readonly id: string }>(
  source: PageSource<T>,
  size: number,
  sizes: PageSizes,
): Promise<readonly T[]> {
  const first = await fetchPage(source, { pageSize: size, pageNumber: 1 }, "page 1", size);
  const pages =
    first.total === undefined
      ? await followNext(source, first, size)
      : await fetchRest(source, first, first.total, size, sizes);
  const entities = pages.flatMap((page) => page.entities);
  checkAgreement(source.what, pages);
  checkCount(source.what, entities.length, first.total);
  if (first.total !== undefined) checkPages(source.what, pages);
  checkIds(source.what, pages);
  return entities;
}

/** Reads all other pages concurrently, for a list with a total. */
async function fetchRest<T>(
  source: PageSource<T>,
  first: Page<T>,
  total: number,
  size: number,
  sizes: PageSizes,
): Promise<Page<T>[]> {
  if (first.entities.length >= total) {
    checkPages(source.what, [first]);
    return [first];
  }
  // A server may use smaller pages than it was asked for; the other requests must use the same size.
  const used = Math.min(size, Math.max(1, first.pageSize ?? size));
  if (used < size) sizes.set(source.what, used);
  const last = Math.max(Math.ceil(total / used), first.pageCount ?? 0);
  if (!(last <= MAX_PAGES))
    throw new UnusableListing(`The list of ${source.what} claims to have ${last} pages.`);
  const limit = pLimit(CONCURRENCY);
  let failed = false;
  const rest = Array.from({ length: last - 1 }, (_, index) => index + 2).map((pageNumber) =>
    limit(async () => {
      if (failed) return [];
      try {
        const label = `page ${pageNumber} of ${last}`;
        return [await fetchPage(source, { pageSize: used, pageNumber }, label, used)];
      } catch (error) {
        failed = true;
        throw error;
      }
    }),
  );
  return [first, ...(await Promise.all(rest)).flat()];
}

/** Reads the other pages one by one, for a list without a total. */
async function followNext<T>(source: PageSource<T>, first: Page<T>, size: number): Promise<Page<T>[]> {
  const pages = [first];
  const asked = new Set<string>();
  let next = nextQuery(source.what, first, 1);
  while (next) {
    const key = JSON.stringify(next);
    if (asked.has(key))
      throw new UnusableListing(`The list of ${source.what} links back to a page that was already read.`);
    if (pages.length >= MAX_PAGES) throw new UnusableListing(`The list of ${source.what} has no end.`);
    asked.add(key);
    const number = pages.length + 1;
    const page = await fetchPage(source, { pageSize: size, ...next }, `page ${number}`, size);
    pages.push(page);
    next = nextQuery(source.what, page, number);
  }
  return pages;
}

/** The query for the page after this one. Only cursors are taken from `nextUri`, never a host or path. */
function nextQuery<T>(what: string, page: Page<T>, number: number): PageQuery | undefined {
  if (!page.nextUri) return number < (page.pageCount ?? 1) ? { pageNumber: number + 1 } : undefined;
  if (!URL.canParse(page.nextUri, "http://host.invalid")) {
    throw new UnusableListing(`Page ${number} of the list of ${what} names a next page that is not a URL.`);
  }
  const { searchParams } = new URL(page.nextUri, "http://host.invalid");
  for (const name of ["cursor", "after", "pageNumber"]) {
    const value = searchParams.get(name);
    if (value !== null && value !== "") return { [name]: value };
  }
  throw new UnusableListing(`Page ${number} of the list of ${what} names a next page without saying which.`);
}

/** Reads one page. An unusable answer ends the reading with an error that names the page. */
async function fetchPage<T>(
  source: PageSource<T>,
  query: PageQuery,
  label: string,
  size: number,
): Promise<Page<T>> {
  try {
    return await source.fetch(query);
  } catch (error) {
    if (!(error instanceof ApiError) || endsReading(error) || (isTooLarge(error) && size > 1)) throw error;
    if (source.throws?.(error)) throw error;
    throw new UnusableListing(
      `The list of ${source.what} could not be read beyond ${label}: ${error.message}`,
      isRateLimited(error),
    );
  }
}

/** Whether a failure is about the client or the connection, so that other pages would fail too. */
function endsReading(error: ApiError): boolean {
  if (error.status === 401 || error.status === 403) return true;
  return error.kind === "unreachable" || error.kind === "tls" || error.kind === "redirect";
}

function checkAgreement<T>(what: string, pages: readonly Page<T>[]): void {
  const first = pages[0];
  for (const [index, page] of pages.entries()) {
    if (page.total !== first?.total) {
      throw new UnusableListing(
        `The list of ${what} changed while it was read: page 1 says ${first?.total ?? "none"} in total, ` +
          `page ${index + 1} says ${page.total ?? "none"}.`,
      );
    }
  }
}

function checkCount(what: string, found: number, total: number | undefined): void {
  if (total === undefined || found === total) return;
  throw new UnusableListing(
    `The list of ${what} should have ${count(total, "entity", "entities")}, but ${found} were read.`,
  );
}

/** Each page must have the right page count and at least one entity; an empty list may have a page count of 0. */
function checkPages<T>(what: string, pages: readonly Page<T>[]): void {
  for (const [index, { pageCount, entities }] of pages.entries()) {
    if (pageCount !== undefined && Math.max(1, pageCount) !== pages.length) {
      throw new UnusableListing(
        `The list of ${what} contradicts itself: page ${index + 1} says ${count(pageCount, "page")}, ` +
          `but all entities are on ${pages.length}.`,
      );
    }
    if (index > 0 && entities.length === 0) {
      throw new UnusableListing(`The list of ${what} contradicts itself: page ${index + 1} is empty.`);
    }
  }
}

function checkIds<T extends { readonly id: string }>(what: string, pages: readonly Page<T>[]): void {
  const seen = new Map<string, number>();
  for (const [index, page] of pages.entries()) {
    for (const { id } of page.entities) {
      const before = seen.get(id);
      if (before !== undefined) {
        throw new UnusableListing(
          `The list of ${what} repeats an entity, on page ${before} and page ${index + 1}.`,
        );
      }
      seen.set(id, index + 1);
    }
  }
}
