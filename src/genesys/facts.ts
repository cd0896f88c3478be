/** From axios's error, which holds the token, to the facts of an ApiError, which don't. */
import type { AxiosError } from "axios";
import { describeText, parseJson } from "./answer.ts";
import { readFields, readOptionalText, WrongShape } from "./decode.ts";
import type { ApiErrorKind, ApiFacts } from "./error.ts";
import type { Journey } from "./http.ts";
import { failingOf, headerOf } from "./http.ts";
import type { Failing } from "./retry.ts";
import { isRateLimit, isRepeatable, isTlsCode, TOO_LONG } from "./retry.ts";

/** The facts of a failed exchange; `conceal` takes secrets out of what a server says. */
export function factsOf(
  error: AxiosError,
  journey: Journey,
  conceal: (text: string) => string,
): Omit<ApiFacts, "method" | "path" | "host"> {
  const failing = failingOf(error);
  if (failing.kind !== "status") {
    const said = failing.code === TOO_LONG ? "the answer is longer than 20 MB" : conceal(error.message);
    return { kind: kindOfLoss(failing, journey), code: failing.code, said };
  }
  const body = bodyOfError(failing.message);
  const correlationId = headerOf(error.response, "inin-correlation-id") ?? body.contextId;
  return {
    kind: kindOfStatus(failing, journey),
    status: failing.status,
    ...(body.code === undefined ? {} : { code: conceal(body.code) }),
    ...(correlationId === undefined ? {} : { correlationId: conceal(correlationId) }),
    said: conceal(body.message ?? (error.response?.statusText || "no reason given")),
  };
}

function kindOfLoss(failing: Exclude<Failing, { kind: "status" }>, journey: Journey): ApiErrorKind {
  if (isTlsCode(failing.code)) return "tls";
  if (failing.kind === "unsent") return "unreachable";
  if (!isRepeatable(journey)) return "ambiguous";
  return failing.code === TOO_LONG ? "bad-answer" : "lost";
}

function kindOfStatus(failing: Failing & { kind: "status" }, journey: Journey): ApiErrorKind {
  const { status } = failing;
  if (isRateLimit(failing, journey)) return "rate-limited";
  if (status >= 300 && status < 400) return "redirect";
  if ((status >= 500 || status === 408) && !isRepeatable(journey)) return "ambiguous";
  return "refused";
}

/** What an error's body says: Genesys's API (`message`, `code`), or its login (`error`, `description`). */
function bodyOfError(text: string): { message?: string; code?: string; contextId?: string } {
  try {
    const fields = readFields(parseJson(text));
    const either = (...keys: string[]) =>
      keys.map((key) => readOptionalText(fields, key)).find((value) => value !== undefined);
    const [message, code] = [either("message", "error_description", "description"), either("code", "error")];
    const contextId = either("contextId");
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { code }),
      ...(contextId === undefined ? {} : { contextId }),
    };
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    return text.trim() === "" ? {} : { message: `the answer is ${describeText(text)}` };
  }
}
