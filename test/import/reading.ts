/** Imports in memory: what the files say, by the functions that read every file. */
import { layerDeclarations } from "../../src/desired/layers.ts";
import type { Declarations } from "../../src/desired/declarations.ts";
import { joinDeclarations, readDeclarations } from "../../src/desired/declarations.ts";
import { parseByYaml } from "../../src/desired/parse-yaml.ts";
import type { ProblemDraft } from "../../src/desired/problems.ts";
import { resolveDesired } from "../../src/desired/resolve.ts";
import { checkRules, checkSkillCounts } from "../../src/desired/rules.ts";
import { readSettings } from "../../src/desired/settings.ts";
import { checkShape } from "../../src/desired/shape.ts";
import type { DraftOptions, ImportDraft } from "../../src/import/draft.ts";
import { draftImport } from "../../src/import/draft.ts";
import { organisationFacts } from "../../src/import/facts.ts";
import type { ImportFile, ImportFileOptions } from "../../src/import/render.ts";
import { renderFiles } from "../../src/import/render.ts";
import type { Desired, Live, LiveUser, Plan } from "../../src/model.ts";
import type { Planned } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";

export interface Imported {
  readonly draft: ImportDraft;
  readonly files: readonly ImportFile[];
  /** All files in one, for looking at. */
  readonly text: string;
}

export interface ImportLiveOptions extends DraftOptions, Partial<ImportFileOptions> {
  /** Files that are there already. */
  readonly there?: readonly Pick<ImportFile, "name" | "text">[];
  readonly only?: (user: LiveUser) => boolean;
}

/** Imports what `there` lacks. */
export function importLive(live: Live, options: ImportLiveOptions = {}): Imported {
  const { there = [], only = () => true, ...rest } = options;
  const desired = readFiles(there);
  const { rows } = planned(desired, live);
  const facts = organisationFacts({ desired, live, rows }, only, () => false);
  const draft = draftImport(facts, rest);
  const files = renderFiles(draft, {
    from: "Northmere (api.example.com)",
    ...(there.length === 0 && { organization: live.organization.id }),
    isTaken: (name) => there.some((file) => file.name === name),
    ...rest,
  });
  return { draft, files, text: files.map(({ text }) => text).join("") };
}

/** Throws where the files have a problem. */
export function readFiles(files: readonly Pick<ImportFile, "name" | "text">[]): Desired {
  const problems: ProblemDraft[] = [];
  const onProblem = (problem: ProblemDraft): void => void problems.push(problem);
  const declarations: Declarations[] = [];
  for (const { name, text } of files) {
    const parsed = parseByYaml({ file: name, text }, onProblem);
    if (parsed.kind !== "tree") continue;
    checkShape(parsed.tree, name === "settings.yaml" ? "settings" : "skills", onProblem);
    if (name !== "settings.yaml") declarations.push(readDeclarations(parsed.tree));
  }
  const catalogue = layerDeclarations(joinDeclarations(declarations), joinDeclarations([]), onProblem);
  checkRules(catalogue, onProblem);
  const desired = resolveDesired(catalogue, "default", readSettings([]));
  checkSkillCounts(desired, onProblem);
  if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 1));
  return desired;
}

function planned(desired: Desired, live: Live): Planned {
  return plan({ desired, ledger: null, live, allow: new Set(), requestsPerMinute: 300 });
}

/** The plan of these files, with nothing applied before. */
export function planFiles(files: readonly Pick<ImportFile, "name" | "text">[], live: Live): Plan {
  return planned(readFiles(files), live).plan;
}
