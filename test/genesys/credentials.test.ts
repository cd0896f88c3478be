import { describe, expect, it } from "vitest";
import { readCredentials } from "../../src/genesys/credentials.ts";
import { Failure } from "../../src/problem.ts";

const both = { GENESYS_CLIENT_ID: "id", GENESYS_CLIENT_SECRET: "secret" };

function problemsOf(env: NodeJS.ProcessEnv, target?: string) {
  try {
    readCredentials(env, target);
  } catch (error) {
    if (error instanceof Failure) return error.problems;
    throw error;
  }
  throw new Error("There was no failure.");
}

describe("credentials", () => {
  it("belong to the first region where none is named", () => {
    expect(readCredentials(both)).toMatchObject({
      clientId: "id",
      clientSecret: "secret",
      apiUrl: "https://api.mypurecloud.com",
      loginUrl: "https://login.mypurecloud.com",
    });
  });

  it("belong to the region that is named", () => {
    expect(readCredentials({ ...both, GENESYS_ENV: "Euw2.pure.cloud" }).apiUrl).toBe(
      "https://api.euw2.pure.cloud",
    );
  });

  it("that are missing are named, with the sandbox as a way out", () => {
    const [problem] = problemsOf({ GENESYS_CLIENT_SECRET: " " });
    expect(problem).toMatchObject({ code: "MISSING_CREDENTIALS" });
    expect(problem?.message).toContain("GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET");
    expect(problem?.hint).toContain("--sandbox");
    expect(problemsOf({ GENESYS_CLIENT_ID: "id" })[0]?.message).not.toContain("GENESYS_CLIENT_ID");
  });

  it("of a target are never used for another", () => {
    const [problem] = problemsOf({ ...both, GENESYS_CLIENT_ID_EU: "x" }, "eu-west");
    expect(problem?.message).toContain("GENESYS_CLIENT_ID_EU_WEST and GENESYS_CLIENT_SECRET_EU_WEST");
    const env = {
      ...both,
      GENESYS_ENV: "mypurecloud.de",
      GENESYS_CLIENT_ID_EU_WEST: "id2",
      GENESYS_CLIENT_SECRET_EU_WEST: "secret2",
    };
    expect(readCredentials(env, "eu-west")).toMatchObject({
      clientId: "id2",
      clientSecret: "secret2",
      apiUrl: "https://api.mypurecloud.com",
    });
  });

  it("of a target take the URLs with the suffix first, else without", () => {
    const env = {
      GENESYS_CLIENT_ID_A: "id",
      GENESYS_CLIENT_SECRET_A: "secret",
      GENESYS_API_URL: "https://gateway.example/genesys/",
      GENESYS_LOGIN_URL: "https://login.example",
      GENESYS_LOGIN_URL_A: "https://login-a.example",
    };
    expect(readCredentials(env, "a")).toMatchObject({
      apiUrl: "https://gateway.example/genesys",
      loginUrl: "https://login-a.example",
    });
  });

  it("for an unknown region are refused with the one that was meant", () => {
    const hint = (GENESYS_ENV: string) => problemsOf({ ...both, GENESYS_ENV })[0]?.hint;
    expect(hint("mypurecloud.dee")).toBe('Did you mean "mypurecloud.de"?');
    expect(hint("eu-central-1")).toBe('Did you mean "mypurecloud.de"?');
    expect(hint("https://api.usw2.pure.cloud")).toBe('Did you mean "usw2.pure.cloud"?');
    expect(hint("https://apps.mypurecloud.ie/directory/#/admin")).toBe('Did you mean "mypurecloud.ie"?');
    expect(hint("somewhere")).toContain("It is one of mypurecloud.com");
    expect(hint("somewhere")).toContain("https://apps.");
  });

  it("for a region by its country, its number or a longer host suggest its domain, if one is near", () => {
    const meant = (GENESYS_ENV: string) =>
      /^Did you mean "(.*)"\?$/.exec(problemsOf({ ...both, GENESYS_ENV })[0]?.hint ?? "")?.[1];
    const hosts: Record<string, string | undefined> = {
      ...{ "mypurecloud.uk": "euw2.pure.cloud", "mypurecloud.co.uk": "euw2.pure.cloud" },
      ...{ "mypurecloud.ca": "cac1.pure.cloud", "mypurecloud.com.br": "sae1.pure.cloud" },
      ...{ "mypurecloud.in": "aps1.pure.cloud", "mypurecloud.sg": "apse1.pure.cloud" },
      ...{ "mypurecloud.au": "mypurecloud.com.au", "mypurecloud.co.jp": "mypurecloud.jp" },
      ...{ "euw1.pure.cloud": "mypurecloud.ie", "euc1.pure.cloud": "mypurecloud.de" },
      ...{ "apne1.pure.cloud": "mypurecloud.jp", "apse2.pure.cloud": "mypurecloud.com.au" },
      ...{
        "use1.pure.cloud": "mypurecloud.com",
        "use2.pure.cloud": "use2.us-gov-pure.cloud",
        euw2: "euw2.pure.cloud",
      },
      ...{ "developer.mypurecloud.ie": "mypurecloud.ie", "purecloud.ie": "mypurecloud.ie" },
      ...{ "https://apps.MYPURECLOUD.uk/#/": "euw2.pure.cloud", "mypurecloud.con": "mypurecloud.com" },
      ...{ "mypurecloud.fr": undefined, "mypurecloud.eu": undefined, mypurecloud: undefined },
      ...{ "eu-west-3": undefined, "genesys.cloud": undefined },
    };
    expect(Object.fromEntries(Object.keys(hosts).map((host) => [host, meant(host)]))).toEqual(hosts);
  });

  it("are not sent in the clear, nor to what is no URL", () => {
    const codes = (url: string) => problemsOf({ ...both, GENESYS_API_URL: url }).map(({ code }) => code);
    for (const url of [
      "http://api.example.com",
      "ftp://api.example.com",
      "api.example.com",
      "https://a:b@api.example.com",
    ]) {
      expect(codes(url)).toEqual(["BAD_URL"]);
    }
    expect(problemsOf({ ...both, GENESYS_API_URL: "https://a:hunter2@x.example" })[0]?.message).not.toContain(
      "hunter2",
    );
    for (const url of ["http://localhost:1", "http://127.0.0.1:8080", "http://[::1]:9"]) {
      expect(readCredentials({ ...both, GENESYS_API_URL: url }).apiUrl).toBe(url);
    }
  });
});
