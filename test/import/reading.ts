/** Imports in memory: what the files say, by the functions that read every file. */
import { layDeclarations } from "../../src/desired/layers.ts";
import type { Declarations } from "../../src/desired/declarations.ts";
import { joinDeclarations, readDeclarations } from "../../src/desired/declarations.ts";
import { parseText } from "../../src/desired/parse.ts";
import type { Draft } from "../../src/desired/problems.ts";
import { resolveDesired } from "../../src/desired/resolve.ts";
import { checkRules } from "../../src/desired/rules.ts";
import { readSettings } from "../../src/desired/settings.ts";
import { checkShape } from "../../src/desired/shape.ts";
import { checkSkillCounts } from "../../src/desired/skill-counts.ts";
import type { ImportDraft } from "../../src/import/draft.ts";
import { draftImport } from "../../src/import/draft.ts";
import type { Rendered, ImportFileOptions } from "../../src/import/render.ts";
import { renderFiles } from "../../src/import/render.ts";
import type { Desired, Live, Plan } from "../../src/model.ts";
import { plan } from "../../src/plan/plan.ts";

export interface Imported extends Rendered {
  readonly draft: ImportDraft;
  /** All files in one, for looking at. */
  readonly text: string;
}

export function importLive(live: Live, options: Partial<ImportFileOptions> = {}): Imported {
  const draft = draftImport(live);
  const rendered = renderFiles(draft, {
    organization: live.organization,
    host: "api.example.com",
    withSettings: true,
    hasRoutingProfiles: live.dialect === "profiles",
    isLimited: false,
    ...options,
  });
  return { ...rendered, draft, text: rendered.files.map(({ text }) => text).join("") };
}

/** Throws where the files have a problem. */
export function readImported({ files }: Rendered): Desired {
  const problems: Draft[] = [];
  const onProblem = (problem: Draft): void => void problems.push(problem);
  const declarations: Declarations[] = [];
  for (const { name, text } of files) {
    const parsed = parseText({ file: name, text }, onProblem);
    if (parsed.kind !== "tree") continue;
    checkShape(parsed.tree, name === "settings.yaml" ? "settings" : "skills", onProblem);
    if (name !== "settings.yaml") declarations.push(readDeclarations(parsed.tree));
  }
  const catalogue = layDeclarations(joinDeclarations(declarations), joinDeclarations([]), onProblem);
  checkRules(catalogue, onProblem);
  const desired = resolveDesired(catalogue, "default", readSettings([]));
  checkSkillCounts(desired, onProblem);
  if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 1));
  return desired;
}

/** The plan right after an import, with nothing applied before. */
export function planImported(rendered: Rendered, live: Live): Plan {
  const desired = readImported(rendered);
  return plan({ desired, ledger: null, live, allow: new Set(), requestsPerMinute: 300 }).plan;
}
