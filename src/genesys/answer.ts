/** A successful answer, and how its body is read. */
import { WrongShape } from "./decode.ts";
import { ApiError } from "./error.ts";
import type { Method } from "./retry.ts";
import type { Route } from "./route.ts";

/** A successful answer, not yet looked into. */
export interface Answer {
  readonly method: Method;
  readonly route: Route;
  readonly host: string;
  readonly status: number;
  readonly correlationId?: string;
  /** How many requests a minute the server says that it allows. */
  readonly allowedPerMinute?: number;
  /** Parsed JSON; undefined where there was no body. */
  readonly body: unknown;
  /** Whether the request could have been sent twice without harm. */
  readonly repeatable: boolean;
}

/** What `read` makes of the answer's body. Throws ApiError, naming the field, where it isn't shaped as it must be. */
export function decode<T>(answer: Answer, read: (body: unknown) => T): T {
  try {
    return read(answer.body);
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    throw badAnswer(answer, error.message);
  }
}

/** An ApiError for an answer that can't be used; after a write it leaves open whether it was done. */
export function badAnswer(answer: Omit<Answer, "body">, said: string): ApiError {
  return new ApiError({
    kind: answer.repeatable ? "bad-answer" : "ambiguous",
    method: answer.method,
    path: answer.route.template,
    host: answer.host,
    status: answer.status,
    code: "BAD_ANSWER",
    ...(answer.correlationId === undefined ? {} : { correlationId: answer.correlationId }),
    said,
  });
}

/** The answer with its body parsed; an empty body is undefined. Throws ApiError where it isn't JSON, or is an error's. */
export function parseAnswer(answer: Omit<Answer, "body">, text: string): Answer {
  if (text.trim() === "") return { ...answer, body: undefined };
  const body = parseJson(text);
  if (body === undefined) throw badAnswer(answer, `the answer should be JSON, but is ${describeText(text)}`);
  if (isErrorBody(body)) throw badAnswer(answer, "the answer says that all is well, and holds an error");
  return { ...answer, body };
}

/** A gateway may pass on what failed behind it as a success; a write must not be taken for done then. */
function isErrorBody(body: unknown): boolean {
  if (typeof body !== "object" || body === null || !("status" in body) || !("message" in body)) return false;
  return typeof body.status === "number" && body.status >= 400;
}

/** `text` parsed, or undefined where it isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a text that isn't JSON is; never the text itself, which may be anybody's data. */
export function describeText(text: string): string {
  return /^\s*<(!doctype|html|head|body)/i.test(text) ? "a page of HTML" : "text that isn't JSON";
}
