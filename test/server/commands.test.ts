import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ServeOptions } from "../../src/cli/commands/serve.ts";
import { serveCommand } from "../../src/cli/commands/serve.ts";
import { dayOf } from "../../src/cli/day.ts";
import { readSnapshot } from "../../src/cli/snapshot.ts";
import { loadDesired } from "../../src/desired/load.ts";
import { Failure } from "../../src/problem.ts";
import type { HistoryEntity, PageOf, SkillEntity } from "../../src/page/api.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import { command } from "../support/command.ts";
import { newDesk } from "../support/desk.ts";
import { environmentOf, SECRET, SMALL_YAML, startOrganisation, writesOf } from "../support/organisation.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";
import { get, viewFrom } from "./serving.ts";

const DEFAULTS = { host: "127.0.0.1", port: 0, refresh: 300 };

/** A repository, an organisation, and the variables that lead to it. */
async function makeWorld() {
  const sandbox = await startOrganisation();
  const { folder, dir } = await makeRepository({ "settings.yaml": UNHURRIED, "a.yaml": SMALL_YAML });
  return { sandbox, folder, dir, env: cleanEnv(environmentOf(sandbox)) };
}

/** Without threads, which Node can't run from TypeScript. */
const HERE: Parameters<typeof serveCommand>[2] = {
  check: async (options) => (await loadDesired({ ...options, dayIn: dayOf({}) })).desired.target,
  open: async (options, terminal, signal) => viewFrom(await readSnapshot(options, terminal, signal)),
};

/** Serves until `work` is done, and then as Ctrl-C ends it; `read` resolves once the first reading has ended. */
async function serveWhile(
  options: Partial<ServeOptions> & { readonly dir: string },
  env: NodeJS.ProcessEnv,
  work: (url: string) => Promise<void>,
) {
  const { terminal, out, err } = captureTerminal({ env });
  let heard: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const listening = {
    ...terminal,
    out: (text: string) => {
      terminal.out(text);
      heard(/http:\S+\d/.exec(text)?.[0] ?? "");
    },
  };
  const ended = serveCommand({ ...DEFAULTS, ...options }, listening, HERE);
  try {
    await Promise.race([url.then(work), ended]);
  } finally {
    process.emit("SIGINT");
  }
  return { exitCode: await ended, out: out(), err: err() };
}

/** Asks until there is a snapshot, as `Retry-After` says. */
async function firstAnswer(url: string, path: string) {
  let got = await get(url, path);
  while (got.status === 503) got = await get(url, path);
  return got;
}

describe("serve", () => {
  test("answers from a snapshot that it reads with reads alone, and stops in good order", async () => {
    const { sandbox, dir, env } = await makeWorld();
    const { exitCode, out, err } = await serveWhile({ dir }, env, async (url) => {
      const { json } = await firstAnswer(url, "/api/skills/search?q=sales");
      expect((json as PageOf<SkillEntity>).entities).toMatchObject([{ name: "Sales", holders: 2 }]);
      expect((await get(url, "/healthz")).json).toMatchObject({
        status: "ok",
        snapshot: { target: "default" },
      });
    });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Serving on http:\/\/127\.0\.0\.1:\d+\. Ctrl-C ends it\.\n$/);
    expect(err).toContain("Stopping");
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("tells the history that stands in the ledger of its repository", async () => {
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { "skills/a.yaml": SMALL_YAML });
    expect(await desk.run("apply --yes")).toMatchObject({ exitCode: 0 });
    await serveWhile({ dir: join(desk.folder, "skills") }, desk.env, async (url) => {
      const { json } = await firstAnswer(url, "/api/history?name=Billing");
      const { entities, subjects } = json as PageOf<HistoryEntity> & { subjects: object[] };
      expect(subjects).toMatchObject([{ kind: "skill", name: "Billing" }]);
      expect(entities).toContainEqual(
        expect.objectContaining({ words: "gained at 1 (edit of the YAML)", written: true }) as unknown,
      );
      expect((await get(url, "/api/history?name=nobody")).status).toBe(404);
    });
  });

  test("doesn't begin where there is no YAML, whose mistakes are told to whoever typed the command", async () => {
    const { terminal } = captureTerminal({ env: {} });
    const ended = serveCommand({ ...DEFAULTS, dir: "/nowhere" }, terminal, HERE);
    await expect(ended).rejects.toMatchObject({ problems: [{ code: "MISSING_DIRECTORY" }] });
  });

  test("serves while the credentials are wrong, and says so where it is asked", async () => {
    const { dir, env } = await makeWorld();
    const wrong = { ...env, GENESYS_CLIENT_SECRET: `not-${SECRET}` };
    const { err } = await serveWhile({ dir }, wrong, async (url) => {
      let health = await get(url, "/healthz");
      while (health.text.includes('"starting"')) health = await get(url, "/healthz");
      expect(health.json).toMatchObject({ status: "unavailable" });
      expect(health.text).toContain("GENESYS_CLIENT_SECRET");
      expect(health.text).not.toContain(SECRET);
    });
    expect(err).toContain("Reading the organisation failed and will be tried again.");
    expect(err).not.toContain(SECRET);
  });

  test("asks for the token of the environment, which no list of processes shows, unless a flag says another", async () => {
    const { dir, env } = await makeWorld();
    const [token, flag] = ["from-the-environment", "from-the-command-line"];
    const statusWith = async (url: string, bearer: string): Promise<number> =>
      (await get(url, "/openapi.json", { headers: { authorization: `Bearer ${bearer}` } })).status;
    const guarded = { ...env, GENESYS_SKILLS_TOKEN: token };
    await serveWhile({ dir }, guarded, async (url) => {
      expect([await statusWith(url, token), await statusWith(url, flag)]).toEqual([200, 401]);
    });
    await serveWhile({ dir, token: flag }, guarded, async (url) => {
      expect([await statusWith(url, token), await statusWith(url, flag)]).toEqual([401, 200]);
    });
  });

  test("warns where others can reach it without a token", async () => {
    const { dir, env } = await makeWorld();
    const { err } = await serveWhile({ dir, host: "0.0.0.0" }, env, () => Promise.resolve());
    expect(err).toContain("To require a token, set GENESYS_SKILLS_TOKEN");
  });

  test("refuses a token that is short or no header could carry, and a port that is taken", async () => {
    const { dir, env } = await makeWorld();
    const codeOf = async (options: Partial<ServeOptions>, more: NodeJS.ProcessEnv = {}): Promise<string> => {
      const ended = serveCommand(
        { ...DEFAULTS, dir, ...options },
        captureTerminal({ env: { ...env, ...more } }).terminal,
        HERE,
      );
      const error: unknown = await ended.catch((reason: unknown) => reason);
      return error instanceof Failure ? (error.problems[0]?.code ?? "") : String(error);
    };
    expect(await codeOf({ token: "short" })).toBe("BAD_TOKEN");
    expect(await codeOf({ token: "long enough, but spaced" })).toBe("BAD_TOKEN");
    expect(await codeOf({}, { GENESYS_SKILLS_TOKEN: "" })).toBe("BAD_TOKEN");
    await serveWhile({ dir }, env, async (url) => {
      expect(await codeOf({ port: Number(new URL(url).port) })).toBe("CANNOT_LISTEN");
    });
  });
});

describe("search", () => {
  test("prints skills with their holders and profiles", async () => {
    const { folder, env } = await makeWorld();
    const { exitCode, out } = await command("search billing", { folder, env });
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^Skill +Holders +Profiles\nBilling +2 +Support\n {2}Invoices and refunds\n\n1 skill\.\n$/,
    );
  });

  test("prints the same as JSON as the server answers", async () => {
    const { folder, dir, env } = await makeWorld();
    const { out } = await command("search i --format json --size 2 --page 2", { folder, env });
    await serveWhile({ dir }, env, async (url) => {
      const { json } = await firstAnswer(url, "/api/skills/search?q=i&size=2&page=2");
      expect(JSON.parse(out)).toEqual(json);
    });
  });

  test("says that nothing matches, and what it can't search for", async () => {
    const { folder, env } = await makeWorld();
    expect(await command("search zzzz", { folder, env })).toMatchObject({
      exitCode: 0,
      out: "No skill matches.\n",
    });
    const { exitCode, err } = await command(`search ${"x".repeat(201)}`, { folder, env });
    expect(exitCode).toBe(1);
    expect(err).toContain("BAD_QUERY");
    expect((await command("search a --page 0", { folder, env })).exitCode).toBe(1);
    expect((await command("search a --size 101", { folder, env })).exitCode).toBe(1);
  });
});
