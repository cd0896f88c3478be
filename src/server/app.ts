/** The routes: each reads its parameters, asks the view, and answers. */
import type { Context, Handler } from "hono";
import { Hono } from "hono";
import type { Answer, Env } from "./answer.ts";
import { makeAnswer, send, sendError } from "./answer.ts";
import type { AnswerCache } from "./answer-cache.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { PageOf } from "./facts.ts";
import type { Guard } from "./guard.ts";
import { NOT_TRUSTED } from "./guard.ts";
import { describeHealth } from "./health.ts";
import type { Keeper } from "./keeper.ts";
import { openApi } from "./openapi.ts";
import { PAGE, PAGE_HEADERS } from "./page.ts";
import type { Parameters } from "./parameters.ts";
import { ParameterError, readPage, readParameters, readQuery, unescape } from "./parameters.ts";
import type { Page } from "./search.ts";
import type { View } from "./view.ts";

export interface AppOptions {
  readonly keeper: Pick<Keeper, "view" | "health">;
  readonly guard: Guard;
  /** Told of what would be a bug. */
  readonly onError: (error: unknown) => void;
}

export function createApp({ keeper, guard, onError }: AppOptions): Hono<Env> {
  const page = makeAnswer(PAGE, PAGE_HEADERS);
  const api = makeAnswer(JSON.stringify(openApi()));
  const answerFrom = fromView(keeper);
  const app = new Hono<Env>();

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

  app.get("/api/skills/search", answerFrom(answerSearch));
  app.get("/api/skills/:skill", answerFrom(answerSkill));
  app.get("/api/profiles", answerFrom(answerProfiles));
  app.get("/api/coverage", answerFrom(answerCoverage));
  app.get("/api/reports/impact", answerFrom(answerImpact));

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

// ── From the view ────────────────────────────────────────────────────────────────────────────────────

/** Answers from the view, or null where it knows nothing of what is asked for. */
type Answering = (view: View, parameters: Parameters, c: Context<Env>) => Answer | null;

/** What was answered from one view, as long as that is the latest. */
interface Remembered {
  readonly view: View;
  readonly cache: AnswerCache;
}

function fromView(keeper: AppOptions["keeper"]): (answering: Answering) => Handler<Env> {
  let remembered: Remembered | null = null;
  return (answering) => (c) => {
    const view = keeper.view();
    if (!view) return sendError(notReady(keeper));
    if (remembered?.view !== view) remembered = { view, cache: createAnswerCache() };
    const url = c.env.incoming.url ?? "";
    const known = remembered.cache.get(url);
    if (known) return send(c, known);
    const answer = answering(view, readParameters(url), c);
    if (!answer) return sendError(UNKNOWN_SKILL);
    remembered.cache.set(url, answer);
    return send(c, answer);
  };
}

const RETRY_AFTER_SECONDS = 5;

function notReady(keeper: AppOptions["keeper"]) {
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
  message: "No skill has this slug or id; /api/skills/search?q= finds them by name.",
} as const;

function answerSearch(view: View, parameters: Parameters): Answer {
  return asJson(view.search(readQuery(parameters), readPage(parameters)));
}

function answerSkill(view: View, _: Parameters, c: Context<Env>): Answer | null {
  const path = c.req.path;
  const skill = view.skill(unescape(path.slice(path.lastIndexOf("/") + 1).replaceAll("+", "%2B"), "skill"));
  return skill && asJson(skill);
}

function answerProfiles({ profiles }: View, parameters: Parameters): Answer {
  return asJson(pageOf(profiles, readPage(parameters)));
}

function answerCoverage({ coverage }: View, parameters: Parameters): Answer {
  const { totals, entities } = coverage;
  return asJson({ ...pageOf(entities, readPage(parameters)), totals });
}

function answerImpact({ impactCsv }: View): Answer {
  return makeAnswer(impactCsv, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="skill_impact_report.csv"',
  });
}

function asJson(facts: unknown): Answer {
  return makeAnswer(JSON.stringify(facts));
}

function pageOf<T>(all: readonly T[], { page, size }: Page): PageOf<T> {
  const entities = all.slice((page - 1) * size, page * size);
  return { page, size, total: all.length, entities };
}
