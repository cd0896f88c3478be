/** Credentials and hosts from the environment. */
import { isLoopback } from "../http/request.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { nearest, printable } from "../text.ts";

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Without a slash at its end, like `https://api.mypurecloud.com`. */
  readonly apiUrl: string;
  /** Without a slash at its end, like `https://login.mypurecloud.com`. */
  readonly loginUrl: string;
  /** The names of the variables that they came from, for messages. */
  readonly variables?: Variables;
}

/** The names of the variables of one target. */
interface Variables {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly region: string;
  readonly apiUrl: string;
  readonly loginUrl: string;
}

const DEFAULT_REGION = "mypurecloud.com";

/** Domain by AWS region; the vendor's SDK and Terraform provider have the same list. */
const REGIONS: Readonly<Record<string, string>> = {
  "us-east-1": "mypurecloud.com",
  "us-east-2": "use2.us-gov-pure.cloud",
  "us-west-2": "usw2.pure.cloud",
  "ca-central-1": "cac1.pure.cloud",
  "sa-east-1": "sae1.pure.cloud",
  "mx-central-1": "mxc1.pure.cloud",
  "eu-west-1": "mypurecloud.ie",
  "eu-west-2": "euw2.pure.cloud",
  "eu-central-1": "mypurecloud.de",
  "eu-central-2": "euc2.pure.cloud",
  "ap-south-1": "aps1.pure.cloud",
  "ap-northeast-1": "mypurecloud.jp",
  "ap-northeast-2": "apne2.pure.cloud",
  "ap-northeast-3": "apne3.pure.cloud",
  "ap-southeast-1": "apse1.pure.cloud",
  "ap-southeast-2": "mypurecloud.com.au",
  "me-central-1": "mec1.pure.cloud",
  "eusc-de-east-1": "edee1.eusc-pure.cloud",
};

/**
 * Reads the credentials in `env`. With `target`, in a repository with targets, only variables with its suffix are
 * read, so that one target is never reached with another's credentials; the two URLs may also lack the suffix. An
 * empty variable counts as unset, because GitHub passes missing secrets as empty. Throws a Failure that names every
 * missing or wrong variable.
 */
export function readCredentials(env: NodeJS.ProcessEnv, target?: string): Credentials {
  const variables = variablesFor(env, target);
  const [clientId, clientSecret] = [read(env, variables.clientId), read(env, variables.clientSecret)];
  const problems = [...checkPresent(variables, clientId, clientSecret), ...checkHosts(env, variables)];
  if (problems.length > 0) throw new Failure(problems);
  return { clientId, clientSecret, ...hostsIn(env, variables) };
}

/** The hosts and the names of the variables, without credentials. */
export type Hosts = Pick<Credentials, "apiUrl" | "loginUrl"> & { readonly variables: Variables };

/** Reads the hosts in `env`; needs no credentials. Throws Failure UNKNOWN_REGION or BAD_URL. */
export function readHosts(env: NodeJS.ProcessEnv, target?: string): Hosts {
  const variables = variablesFor(env, target);
  const problems = checkHosts(env, variables);
  if (problems.length > 0) throw new Failure(problems);
  return hostsIn(env, variables);
}

/** The names of a target's variables; the URLs fall back to the names without a suffix. */
export function variablesFor(env: NodeJS.ProcessEnv, target?: string): Variables {
  const suffix = target === undefined ? "" : `_${target.toUpperCase().replaceAll("-", "_")}`;
  const either = (name: string) => (read(env, name + suffix) === "" ? name : name + suffix);
  return {
    clientId: `GENESYS_CLIENT_ID${suffix}`,
    clientSecret: `GENESYS_CLIENT_SECRET${suffix}`,
    region: `GENESYS_ENV${suffix}`,
    apiUrl: either("GENESYS_API_URL"),
    loginUrl: either("GENESYS_LOGIN_URL"),
  };
}

/** The names of the credentials' variables, or the default names for credentials from elsewhere. */
export function variablesOf(credentials: Credentials): Variables {
  return (
    credentials.variables ?? {
      clientId: "GENESYS_CLIENT_ID",
      clientSecret: "GENESYS_CLIENT_SECRET",
      region: "GENESYS_ENV",
      apiUrl: "GENESYS_API_URL",
      loginUrl: "GENESYS_LOGIN_URL",
    }
  );
}

function read(env: NodeJS.ProcessEnv, name: string): string {
  return env[name]?.trim() ?? "";
}

function regionIn(env: NodeJS.ProcessEnv, variables: Variables): string {
  return read(env, variables.region).toLowerCase() || DEFAULT_REGION;
}

function hostsIn(env: NodeJS.ProcessEnv, variables: Variables): Hosts {
  const region = regionIn(env, variables);
  return {
    apiUrl: withoutSlash(read(env, variables.apiUrl) || `https://api.${region}`),
    loginUrl: withoutSlash(read(env, variables.loginUrl) || `https://login.${region}`),
    variables,
  };
}

function checkHosts(env: NodeJS.ProcessEnv, variables: Variables): Problem[] {
  const [apiUrl, loginUrl] = [read(env, variables.apiUrl), read(env, variables.loginUrl)];
  const isRegionUsed = apiUrl === "" || loginUrl === "";
  return [
    ...(isRegionUsed ? checkRegion(variables.region, regionIn(env, variables)) : []),
    ...(apiUrl === "" ? [] : checkUrl(variables.apiUrl, apiUrl)),
    ...(loginUrl === "" ? [] : checkUrl(variables.loginUrl, loginUrl)),
  ];
}

function checkPresent(variables: Variables, clientId: string, clientSecret: string): Problem[] {
  const missing = [
    ...(clientId === "" ? [variables.clientId] : []),
    ...(clientSecret === "" ? [variables.clientSecret] : []),
  ];
  if (missing.length === 0) return [];
  return [
    {
      code: "MISSING_CREDENTIALS",
      message: `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set, so no organisation can be reached.`,
      hint:
        `Set ${missing.join(" and ")}, as a variable or by a line NAME=value in the file .env, from an OAuth client ` +
        `with the grant "Client Credentials", and ${variables.region} to its region (default ${DEFAULT_REGION}); ` +
        "or try it without an organisation: --sandbox.",
    },
  ];
}

function checkRegion(variable: string, region: string): Problem[] {
  const domains = Object.values(REGIONS);
  if (domains.includes(region)) return [];
  const meant = regionMeant(region.replace(/^https?:\/\//, "").replace(/[/:?#].*$/, ""));
  const where = "The browser shows it when Genesys Cloud is open: https://apps.<the domain of the region>/.";
  return [
    {
      code: "UNKNOWN_REGION",
      message: `${variable} is "${printable(region)}", which is not a region of Genesys Cloud.`,
      hint: meant ? `Did you mean "${meant}"?` : `It is one of ${domains.join(", ")}. ${where}`,
    },
  ];
}

/** AWS region by country code, for countries whose Genesys domain doesn't end with the code. */
const COUNTRIES: Readonly<Record<string, string>> = {
  ...{ ae: "me-central-1", au: "ap-southeast-2", br: "sa-east-1", ca: "ca-central-1", ch: "eu-central-2" },
  ...{
    in: "ap-south-1",
    jp: "ap-northeast-1",
    kr: "ap-northeast-2",
    mx: "mx-central-1",
    sg: "ap-southeast-1",
  },
  ...{ uk: "eu-west-2", us: "us-east-1" },
};

/** The domain that a host, an AWS region or its short form (`euw2`) probably means, or undefined. */
function regionMeant(host: string): string | undefined {
  const domains = Object.values(REGIONS);
  const named = REGIONS[host] ?? domains.find((domain) => host.endsWith(`.${domain}`));
  if (named !== undefined) return named;
  const [first = ""] = host.replace(/^(?:api|login|apps)\./, "").split(".");
  const short = Object.keys(REGIONS).find((region) => shortForm(region) === first);
  if (short !== undefined) return REGIONS[short];
  // Country domains are too short to compare by distance.
  const [, country] = /purecloud\.(?:[a-z]+\.)?([a-z]{2})$/.exec(host) ?? [];
  if (country !== undefined) {
    return REGIONS[COUNTRIES[country] ?? ""] ?? domains.find((domain) => domain === `mypurecloud.${country}`);
  }
  return host.includes(".") ? nearest(host, domains) : undefined;
}

/** `eu-west-2` gives `euw2`, as at the start of the vendor's newer domains. */
function shortForm(region: string): string {
  return region
    .replace(/north|south|east|west|central/g, (direction) => direction.charAt(0))
    .replaceAll("-", "");
}

function checkUrl(variable: string, text: string): Problem[] {
  const bad = (message: string): Problem[] => [
    { code: "BAD_URL", message: `${variable} ${message}`, hint: "Write it like https://api.example.com." },
  ];
  if (!URL.canParse(text)) return bad("is not a URL.");
  const url = new URL(text);
  // The text isn't shown, since it may contain a password.
  if (url.username !== "" || url.password !== "") return bad("holds a user name or password.");
  if (url.search !== "" || url.hash !== "") return bad("holds a query or a fragment.");
  if (url.protocol === "https:") return [];
  if (url.protocol !== "http:") return bad(`begins with "${printable(url.protocol)}", not with https:.`);
  return isLoopback(text) ? [] : bad("begins with http:, which would send the secret in the clear.");
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
