/** A successful answer, with its body read as JSON. */
import type { AxiosResponse } from "axios";
import { ApiError } from "./error.ts";
import type { Conventions, HttpRequest, ReadHeader } from "./request.ts";
import { isRead, isRepeatable } from "./retry.ts";

export interface Answer {
  readonly status: number;
  readonly header: ReadHeader;
  /** Parsed JSON; undefined if there was no body. */
  readonly body: unknown;
  /** The error for an answer that can't be used; after a write it says that the write may have happened. */
  unusable(reason: string): ApiError;
}

/** Reads axios's response to `request`. Throws ApiError where the body isn't JSON, or is an error's. */
export function readAnswer(
  request: HttpRequest,
  response: AxiosResponse<unknown>,
  { correlationHeader }: Conventions,
): Answer {
  const { status } = response;
  const header = headersOf(response);
  const unusable = (reason: string): ApiError =>
    new ApiError({
      kind: isRepeatable(request) ? "bad-answer" : "ambiguous",
      method: request.method,
      path: request.route.template,
      host: new URL(request.baseUrl).host,
      status,
      code: "BAD_ANSWER",
      correlationId: correlationHeader && header(correlationHeader),
      serverMessage: reason,
      mayBeDone: !isRead(request),
    });
  const text = typeof response.data === "string" ? response.data : "";
  // A socket that is kept open holds its last response until the next.
  response.data = undefined;
  if (text.trim() === "") return { status, header, body: undefined, unusable };
  const body = parseJson(text);
  if (body === undefined) throw unusable(`the answer should be JSON, but is ${describeText(text)}`);
  if (isErrorBody(body)) throw unusable("the answer has a success status, but holds an error");
  return { status, header, body, unusable };
}

export function headersOf(response: AxiosResponse): ReadHeader {
  return (name) => {
    const value: unknown = response.headers[name];
    return typeof value === "string" ? value : undefined;
  };
}

/** Whether the body is an error's. A gateway may report a failure behind it as a success. */
function isErrorBody(body: unknown): boolean {
  if (typeof body !== "object" || body === null || !("status" in body) || !("message" in body)) return false;
  return typeof body.status === "number" && body.status >= 400;
}

/** `text` parsed, or undefined if it isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Describes text that isn't JSON without showing it, since it may be personal data. */
export function describeText(text: string): string {
  return /^\s*<(!doctype|html|head|body)/i.test(text) ? "a page of HTML" : "text that isn't JSON";
}
