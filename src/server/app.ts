/** The routes: each reads its parameters, asks the snapshot, and answers. */
import type { Context, Handler } from "hono";
import { Hono } from "hono";
import type { HttpAnswer, NodeEnv } from "./answer.ts";
import { makeAnswer, send, sendError } from "./answer.ts";
import type { AnswerCache } from "./answer-cache.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { Guard } from "./guard.ts";
import { NOT_TRUSTED } from "./guard.ts";
import { describeHealth } from "./health.ts";
import type { Keeper } from "./keeper.ts";
import { openApi } from "./openapi.ts";
import { PAGE, PAGE_HEADERS } from "./page.ts";
import type { Parameters } from "./parameters.ts";
import { ParameterError, readPage, readParameters, readQuery, unescape } from "./parameters.ts";
import type { Question, Responder } from "./question.ts";

export interface ApiOptions {
  readonly keeper: Pick<Keeper, "responder" | "health">;
  readonly guard: Guard;
  /** Told of what would be a bug. */
  readonly onError: (error: unknown) => void;
}

export function createApp({ keeper, guard, onError }: ApiOptions): Hono<NodeEnv> {
  const page = makeAnswer(PAGE, PAGE_HEADERS);
  const api = makeAnswer(JSON.stringify(openApi()));
  const answerTo = fromSnapshot(keeper);
  const app = new Hono<NodeEnv>();

  app.use(async (c, next) => {
    const { incoming } = c.env;
    const refused = guard.refuse(incoming);
    if (refused) return sendError(refused);
    if (guard.isTrusted(incoming) || c.req.path === "/healthz") return next();
    // A browser that comes without the token gets the page, which holds no facts and asks for it.
    const wantsPage = c.req.path === "/" && /\btext\/html\b/.test(incoming.headers.accept ?? "");
    if (!wantsPage) return sendError(NOT_TRUSTED);
    return send(c, { ...page, headers: { ...page.headers, ...NOT_TRUSTED.headers } }, NOT_TRUSTED.status);
  });

  app.get("/", (c) => send(c, page));
  app.get("/healthz", (c) => {
    const health = describeHealth(keeper.health(), guard.isTrusted(c.env.incoming));
    return send(c, makeAnswer(JSON.stringify(health), { "Cache-Control": "no-store" }));
  });
  app.get("/openapi.json", (c) => send(c, api));

  app.get("/api/skills/search", answerTo(searchQuestion));
  app.get("/api/skills/:skill", answerTo(skillQuestion));
  app.get(
    "/api/profiles",
    answerTo((parameters) => ({ kind: "profiles", page: readPage(parameters) })),
  );
  app.get(
    "/api/coverage",
    answerTo((parameters) => ({ kind: "coverage", page: readPage(parameters) })),
  );
  app.get(
    "/api/reports/impact",
    answerTo(() => ({ kind: "impact" }), CSV_HEADERS),
  );

  app.notFound(() =>
    sendError({
      status: 404,
      code: "NOT_FOUND",
      message: "There is nothing here; /openapi.json says what there is.",
    }),
  );
  app.onError((error) => {
    if (error instanceof ParameterError) {
      const { code, parameter, message } = error;
      return sendError({ status: 422, code, parameter, message });
    }
    onError(error);
    return sendError({ status: 500, code: "INTERNAL_ERROR", message: "This is a bug in genesys-skills." });
  });
  return app;
}

// ── From the snapshot ────────────────────────────────────────────────────────────────────────────────

type ToQuestion = (parameters: Parameters, c: Context<NodeEnv>) => Question;

/** The answers from one snapshot, as long as that is the latest. */
interface Remembered {
  readonly responder: Responder;
  readonly cache: AnswerCache;
}

function fromSnapshot(
  keeper: ApiOptions["keeper"],
): (toQuestion: ToQuestion, headers?: HttpAnswer["headers"]) => Handler<NodeEnv> {
  let remembered: Remembered | null = null;
  return (toQuestion, headers) => async (c) => {
    const responder = keeper.responder();
    if (!responder) return sendError(notReady(keeper));
    if (remembered?.responder !== responder) remembered = { responder, cache: createAnswerCache() };
    const { cache } = remembered;
    const url = c.env.incoming.url ?? "";
    const known = cache.get(url);
    if (known) return send(c, known);
    const body = await responder.ask(toQuestion(readParameters(url), c));
    if (body === null) return sendError(UNKNOWN_SKILL);
    const answer = makeAnswer(body, headers);
    cache.set(url, answer);
    return send(c, answer);
  };
}

const RETRY_AFTER_SECONDS = 5;

function notReady(keeper: ApiOptions["keeper"]) {
  const { failure } = keeper.health();
  return {
    status: 503,
    code: "NO_SNAPSHOT",
    message: failure
      ? `The organisation could not be read yet. ${failure.message}`
      : "The organisation is being read for the first time.",
    headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
  } as const;
}

const UNKNOWN_SKILL = {
  status: 404,
  code: "UNKNOWN_SKILL",
  message:
    "No skill has this slug or id, or several skills have this slug; /api/skills/search?q= finds them with their ids.",
} as const;

function searchQuestion(parameters: Parameters): Question {
  return { kind: "search", query: readQuery(parameters), page: readPage(parameters) };
}

function skillQuestion(_: Parameters, c: Context<NodeEnv>): Question {
  const path = c.req.path;
  const ref = unescape(path.slice(path.lastIndexOf("/") + 1).replaceAll("+", "%2B"), "skill");
  return { kind: "skill", ref };
}

const CSV_HEADERS = {
  "Content-Type": "text/csv; charset=utf-8",
  "Content-Disposition": 'attachment; filename="skill_impact_report.csv"',
};
