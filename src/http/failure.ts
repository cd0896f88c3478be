/** Converts axios's error, which contains the token, to the facts of an ApiError, which doesn't. */
import type { AxiosError } from "axios";
import { describeText, headersOf, parseJson } from "./answer.ts";
import type { ApiErrorKind, ApiFacts } from "./error.ts";
import { ANSWER_TOO_LONG, CLOSED } from "./error.ts";
import type { Conventions, ErrorBody, HttpRequest, ErrorAnswer } from "./request.ts";
import type { AttemptFailure } from "./retry.ts";
import { isRepeatable, isTlsCode, mayBeExecuted } from "./retry.ts";

/** How an attempt failed, with the answer if there is one. */
export type Failed =
  | Exclude<AttemptFailure, { kind: "status" }>
  | (Extract<AttemptFailure, { kind: "status" }> & { readonly refusal: ErrorAnswer });

/** Reads axios's error; `isEnded` says whether the client itself ended the attempt. */
export function failureOf(
  error: AxiosError,
  { route }: HttpRequest,
  conventions: Conventions,
  isEnded: boolean,
): Failed {
  const { response } = error;
  // A success status with an error means that the body was cut off.
  if (response && (response.status < 200 || response.status > 299)) {
    const { status } = response;
    const refusal = { route, status, header: headersOf(response), text: String(response.data) };
    const isRateLimit = status === 429 || conventions.isRateLimit?.(refusal) === true;
    return { kind: "status", status, isRateLimit, refusal };
  }
  if (error.code === "ERR_CANCELED") return { kind: "lost", code: isEnded ? CLOSED : "ETIMEDOUT" };
  if (error.message.startsWith("maxContentLength")) return { kind: "lost", code: ANSWER_TOO_LONG };
  return { kind: isUnsent(error) ? "unsent" : "lost", code: error.code ?? "ERR_NETWORK" };
}

/**
 * Whether the attempt failed during the DNS lookup or the connection. If several addresses were tried, only the code
 * is known.
 */
function isUnsent({ code, cause }: AxiosError): boolean {
  if (code === "ECONNREFUSED") return true;
  return (
    cause !== undefined && "syscall" in cause && ["getaddrinfo", "connect"].includes(String(cause.syscall))
  );
}

/** The facts of a failed attempt; `conceal` removes secrets from server messages. */
export function factsOf(
  error: AxiosError,
  failed: Failed,
  request: HttpRequest,
  conventions: Conventions,
  conceal: (text: string) => string,
): Pick<ApiFacts, "kind" | "status" | "code" | "correlationId" | "serverMessage"> {
  const kind = kindOf(failed, isRepeatable(request));
  if (failed.kind !== "status") {
    return { kind, code: failed.code, serverMessage: OWN_WORDS[failed.code] ?? conceal(error.message) };
  }
  const { refusal, status } = failed;
  const { message, code, correlationId } = bodyOf(refusal.text, conventions);
  const { correlationHeader } = conventions;
  const id = (correlationHeader && refusal.header(correlationHeader)) ?? correlationId;
  return {
    kind,
    status,
    code: code === undefined ? undefined : conceal(code),
    correlationId: id === undefined ? undefined : conceal(id),
    serverMessage: conceal(message ?? (error.response?.statusText || "no reason given")),
  };
}

const OWN_WORDS: Readonly<Record<string, string>> = {
  [ANSWER_TOO_LONG]: "the answer is longer than 20 MB",
  [CLOSED]: "the connection was closed",
};

function kindOf(failure: AttemptFailure, isRepeatable: boolean): ApiErrorKind {
  if (failure.kind === "status") {
    if (failure.isRateLimit) return "rate-limited";
    if (failure.status >= 300 && failure.status < 400) return "redirect";
    return mayBeExecuted(failure) && !isRepeatable ? "ambiguous" : "refused";
  }
  if (isTlsCode(failure.code)) return "tls";
  if (failure.kind === "unsent") return "unreachable";
  if (!isRepeatable) return "ambiguous";
  return failure.code === ANSWER_TOO_LONG ? "bad-answer" : "lost";
}

function bodyOf(text: string, conventions: Conventions): ErrorBody {
  if (text.trim() === "") return {};
  const body = parseJson(text);
  if (typeof body !== "object" || body === null) return { message: `the answer is ${describeText(text)}` };
  return conventions.readError({ ...body });
}
