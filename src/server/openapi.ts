/** The API's description as OpenAPI 3.1. */
import { readFileSync } from "node:fs";
import { packageFile } from "../package-files.ts";
import { LARGEST_PAGE, LAST_PAGE, PAGE_SIZE, QUERY_LENGTH } from "./refusal.ts";

type Part = Readonly<Record<string, unknown>>;

export function openApi(): Part {
  return {
    openapi: "3.1.0",
    info: {
      title: "genesys-skills",
      version: "1",
      description:
        "The holders of each skill and the reasons, from a snapshot of one Genesys Cloud organisation. Read-only.",
    },
    paths: {
      "/api/skills/search": {
        get: operation("searchSkills", "Skills by name, slug, profile and description, best match first", {
          parameters: [QUERY, ...PAGING],
          ok: json("SkillEntityPage"),
        }),
      },
      "/api/skills/{skill}": {
        get: operation("getSkill", "One skill: its holders, the reasons, and the profiles that give it", {
          parameters: [SKILL],
          ok: json("SkillDetail"),
          others: { 404: fails("No skill has this slug or id, or several have this slug.") },
        }),
      },
      "/api/profiles": {
        get: operation("listProfiles", "Profiles with their parents and skills", {
          parameters: PAGING,
          ok: json("ProfileEntityPage"),
        }),
      },
      "/api/coverage": {
        get: operation("listCoverage", "The number of holders of each skill now, fewest first", {
          parameters: PAGING,
          ok: json("CoveragePage"),
        }),
      },
      "/api/schedule": {
        get: operation("getSchedule", "What the next 60 days bring: who gains and loses what, day by day", {
          parameters: [],
          ok: json("Schedule"),
        }),
      },
      "/api/history": {
        get: operation("getHistory", "What a skill or a person gained and lost, newest first", {
          parameters: [NAME, ...PAGING],
          ok: json("HistoryPage"),
          others: {
            404: fails("The server has no ledger, or its ledger holds nothing of this name."),
          },
        }),
      },
      "/api/reports/impact": {
        get: operation("getImpactReport", "Every skill with its profiles and holders, for a spreadsheet", {
          parameters: [],
          ok: {
            description: "As the attachment skill_impact_report.csv.",
            headers: { ...ETAG, "Content-Disposition": { schema: { type: "string" } } },
            content: { "text/csv": { schema: { type: "string" } } },
          },
        }),
      },
      "/healthz": {
        get: {
          operationId: "getHealthAnswer",
          summary: "How old the snapshot is, and whether reading the organisation failed; needs no token",
          security: [],
          responses: { 200: json("HealthAnswer") },
        },
      },
    },
    components: { schemas: readSchemas(), securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    security: [{ token: [] }, {}],
  };
}

/** Those of the answers, which `npm run schemas` made of their types. */
function readSchemas(): Part {
  const json = readFileSync(packageFile("schemas/api.schema.json"), "utf8");
  const { $defs } = JSON.parse(json.replaceAll("#/$defs/", "#/components/schemas/")) as { $defs: Part };
  return $defs;
}

interface OperationParts {
  readonly parameters: readonly Part[];
  readonly ok: Part;
  readonly others?: Readonly<Record<number, Part>>;
}

function operation(operationId: string, summary: string, { parameters, ok, others }: OperationParts): Part {
  return {
    operationId,
    summary,
    parameters,
    responses: {
      200: ok,
      304: { description: "Nothing has changed since the answer with this ETag.", headers: ETAG },
      401: fails("The token is missing or wrong."),
      ...others,
      405: fails("Only GET and HEAD are allowed."),
      421: fails("The name in the Host header is not this server's."),
      422: fails("A parameter is wrong; the error names it."),
      503: {
        ...fails("The organisation has not been read yet, or the ledger can't be read."),
        headers: { "Retry-After": { schema: { type: "integer" } } },
      },
    },
  };
}

const ETAG = { ETag: { schema: { type: "string" } } };

function json(schema: string): Part {
  return { description: "Found.", headers: ETAG, content: content(schema) };
}

function fails(description: string): Part {
  return { description, content: content("RefusalAnswer") };
}

function content(schema: string): Part {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
}

const QUERY = {
  name: "q",
  in: "query",
  required: true,
  description: "Case and accents are ignored; every word must be found.",
  schema: { type: "string", minLength: 1, maxLength: QUERY_LENGTH, pattern: "\\S" },
};

const NAME = {
  ...QUERY,
  name: "name",
  description: "A skill's name, slug or id, or a person's e-mail, id or name.",
};

const SKILL = {
  name: "skill",
  in: "path",
  required: true,
  description: "The skill's slug or id.",
  schema: { type: "string" },
};

const PAGING = [
  { name: "page", in: "query", schema: { type: "integer", minimum: 1, maximum: LAST_PAGE, default: 1 } },
  {
    name: "size",
    in: "query",
    schema: { type: "integer", minimum: 1, maximum: LARGEST_PAGE, default: PAGE_SIZE },
  },
];
