/** Requests to the server that serves the page. */
import type { PageOf } from "../api.ts";
import { growing } from "./dom.ts";

let token = sessionStorage.getItem("token");

/** Keeps the token for this tab. */
export function useToken(given: string): void {
  token = given;
  sessionStorage.setItem("token", given);
}

export function hasToken(): boolean {
  return token !== null;
}

/** The server's refusal; `status` 0: it could not be reached. `retryAfter` in seconds. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly retryAfter: number | null;

  constructor(status: number, message: string, retryAfter: number | null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Throws Refused, or the signal's reason. */
export async function request(path: string, signal: AbortSignal): Promise<Response> {
  const headers: HeadersInit = token === null ? {} : { Authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(path, { headers, signal });
  } catch {
    signal.throwIfAborted();
    throw new Refused(0, "The server can't be reached. It may have been stopped.", 5);
  }
  if (response.ok) return response;
  const answer = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  const message = answer?.error?.message ?? `The server answered with ${response.status}.`;
  throw new Refused(response.status, message, Number(response.headers.get("Retry-After")) || null);
}

/** The JSON at `path`, as in the server's OpenAPI document. */
export async function ask<T>(path: string, signal: AbortSignal): Promise<T> {
  return (await (await request(path, signal)).json()) as T;
}

/** A list that begins with the page `first`; further pages are requested one by one. */
export function asked<T>(
  list: Element,
  first: PageOf<T>,
  { path, toItem, signal }: { path: string; toItem: (entity: T) => Element; signal: AbortSignal },
): HTMLElement {
  list.append(...first.entities.map(toItem));
  let page = 1;
  return growing(list, first.total, async () => {
    const next = await ask<PageOf<T>>(`${path}&page=${page + 1}`, signal);
    page++;
    list.append(...next.entities.map(toItem));
  });
}
