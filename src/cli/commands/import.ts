/** `import`: writes YAML for what an organisation or a spreadsheet has and the YAML lacks; changes nothing else. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, parse, relative } from "node:path";
import { shownPath } from "../../desired/files.ts";
import type { Loaded } from "../../desired/load.ts";
import { loadDesired } from "../../desired/load.ts";
import { DEFAULT_TARGET, isTargetName, TARGETS } from "../../desired/targets.ts";
import { readCredentials, variablesFor } from "../../genesys/credentials.ts";
import type { Reader } from "../../genesys/reader.ts";
import { draftImport } from "../../import/draft.ts";
import type { ImportFacts } from "../../import/facts.ts";
import { organisationFacts } from "../../import/facts.ts";
import { findTeams } from "../../import/profiles.ts";
import type { ImportFile } from "../../import/render.ts";
import { renderFiles } from "../../import/render.ts";
import { couldBeTeam, readMembers, selectUsers } from "../../import/select.ts";
import type { Sheet } from "../../import/sheet.ts";
import { namedUsers, readSheet, sheetFacts } from "../../import/sheet.ts";
import { readTable } from "../../import/csv.ts";
import { writeFiles } from "../../import/write.ts";
import type { Live, LiveGroup, Plan, Refusal } from "../../model.ts";
import { changesOf } from "../../plan/changes.ts";
import { plan } from "../../plan/plan.ts";
import { catchFailure, Failure } from "../../problem.ts";
import { refusalText } from "../../report/refusals.ts";
import { printable, slugOf } from "../../text.ts";
import { dayOf } from "../day.ts";
import type { Destination, ImportOptions, ImportSummary } from "../import-text.ts";
import { importText } from "../import-text.ts";
import type { PlannedTarget } from "../target.ts";
import { openTargetFor, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import { refusedExit } from "./plan.ts";

/** The facts to write, and the plan of the existing YAML. */
interface ImportInputs {
  readonly facts: ImportFacts;
  readonly groups: readonly LiveGroup[];
  /** Absent for a spreadsheet without credentials. */
  readonly before?: PlannedTarget;
}

/**
 * Writes files beside the existing ones, reads all of them again, and deletes the new ones if their plan has changes.
 * Throws Failure INCOMPLETE, WRONG_ORG, CANNOT_WRITE, and with every problem of a spreadsheet; then nothing is written.
 */
export async function importCommand(options: ImportOptions, terminal: Terminal): Promise<number> {
  const destination = await openDestination(options);
  const sheet = options.csv === undefined ? undefined : readSheet(options.csv, await readTable(options.csv));
  const { facts, groups, before } = await findFacts(options, destination, sheet, terminal);
  const withProfiles = options.profiles !== false;
  const draft = draftImport(facts, { withProfiles, groups, isPartial: options.only !== undefined });
  const made = { options, draft, destination, sheet, live: before?.inputs.live };
  const files = render(made, terminal);
  if (files.length > 0) {
    const undo = await writeFiles(destination.folder, files);
    try {
      // A spreadsheet may ask for changes.
      await checkFiles(options, sheet ? undefined : before);
    } catch (error) {
      await undo();
      throw error;
    }
  }
  terminal.show(importText({ ...made, files }, terminal));
  return 0;
}

// ── The YAML ─────────────────────────────────────────────────────────────────────────────────────────

async function openDestination(options: ImportOptions): Promise<Destination> {
  const { dir, target } = options;
  if (target !== undefined && !isTargetName(target)) {
    throw new Failure({
      code: "BAD_TARGET_NAME",
      message: `"${printable(target)}" is not a valid name for a target.`,
      hint: "Use lower-case letters a to z, digits and hyphens, such as production-eu.",
    });
  }
  const { desired, files } = await load(options);
  const own = join(dir, TARGETS, desired.target);
  const isNamed = desired.target !== DEFAULT_TARGET || existsSync(own);
  const folder = shownPath(isNamed ? own : dir);
  const settingsFile = files.find((file) => /^settings\.[^/]*$/iu.test(file.slice(folder.length + 1)));
  const hasSchemas = existsSync(join("schemas", "skills.schema.json"));
  return {
    ...{ desired, folder, isNamed },
    ...(settingsFile !== undefined && { settingsFile }),
    isShared: isNamed && files.some((file) => !file.startsWith(`${folder}/`)),
    ...(hasSchemas && { schemas: shownPath(relative(folder, "schemas")) }),
  };
}

function load({ dir, target }: ImportOptions): Promise<Loaded> {
  return loadDesired({ dir, ...(target !== undefined && { target }), mayBeNew: true, dayIn: dayOf({}) });
}

// ── The organisation ─────────────────────────────────────────────────────────────────────────────────

async function findFacts(
  options: ImportOptions,
  destination: Destination,
  sheet: Sheet | undefined,
  terminal: Terminal,
): Promise<ImportInputs> {
  const { desired, folder, isNamed } = destination;
  const isElsewhere = (file: string): boolean => isNamed && !file.startsWith(`${folder}/`);
  const named = isNamed ? desired.target : undefined;
  if (sheet && !options.sandbox && !hasCredentials(terminal.env, named))
    return { facts: sheetFacts(sheet, desired, undefined, isElsewhere), groups: [] };
  const own = { ...options, ...(named !== undefined && { named }) };
  const target = await openTargetFor(desired, own, terminal);
  try {
    const users = [...desired.users, ...(sheet ? namedUsers(sheet) : [])];
    const before = await planTarget(
      { ...target, desired: { ...target.desired, users } },
      { ...options, dir: nearestFolder(options.dir), allow: new Set() },
      terminal,
    );
    refuseInputs(before.plan);
    const { live, ledger } = before.inputs;
    const { rows } = before;
    if (sheet)
      return { facts: sheetFacts(sheet, desired, { live, ledger, rows }, isElsewhere), groups: [], before };
    const { reader } = target.connection;
    const selected = options.only && (await selectUsers(options.only, live, reader));
    const facts = organisationFacts(
      { desired, live, rows, ...(await homeOf(live, reader)) },
      ({ id }) => selected?.has(id) ?? true,
      isElsewhere,
    );
    const sizes = new Set(findTeams(facts.people).map((team) => team.length));
    const hasTeams = options.profiles !== false && live.dialect === "cloud" && sizes.size > 0;
    const groups = hasTeams ? await readMembers(reader, live, couldBeTeam(sizes)) : [];
    return { facts, groups, before };
  } finally {
    await target.close();
  }
}

/** Read only with the `cloud` API, and if a skill belongs to a division. */
async function homeOf(live: Live, reader: Reader): Promise<{ readonly home?: string }> {
  const matters =
    live.dialect === "cloud" && live.skills.entities.some(({ division }) => division !== undefined);
  const divisions = matters ? (await reader.listDivisions()).entities : [];
  const home = divisions.find(({ isHome }) => isHome);
  return home ? { home: home.name } : {};
}

function hasCredentials(env: NodeJS.ProcessEnv, named: string | undefined): boolean {
  const { clientId, clientSecret } = variablesFor(env, named);
  return [clientId, clientSecret].some((name) => (env[name] ?? "") !== "");
}

/** The folder, or the nearest existing one above it, whose repository has the ledger. */
function nearestFolder(dir: string): string {
  const isFolder = existsSync(dir) && statSync(dir).isDirectory();
  return isFolder || dir === dirname(dir) ? dir : nearestFolder(dirname(dir));
}

/** Throws if the organisation is another one, or could not be read completely. */
function refuseInputs(plan: Plan): void {
  const refusals = plan.refusals.filter(({ code }) => code === "INCOMPLETE" || code === "WRONG_ORG");
  const problems = refusals.map((refusal) => ({
    code: refusal.code,
    message: refusalText(refusal, plan),
    hint: "Nothing was written.",
  }));
  if (problems.length > 0) throw new Failure(problems, refusedExit(plan));
}

// ── The files ────────────────────────────────────────────────────────────────────────────────────────

function render(made: Omit<ImportSummary, "files">, { env }: Terminal): ImportFile[] {
  const { options, draft, destination, sheet, live } = made;
  const { desired, folder, isNamed, settingsFile, schemas } = destination;
  const isEmpty = draft.skills.length + draft.profiles.length + draft.people.length === 0;
  // The first import of an empty organisation still writes its id.
  if (isEmpty && (settingsFile !== undefined || live === undefined)) return [];
  const organization = live?.organization;
  const host = (): string => new URL(readCredentials(env, isNamed ? desired.target : undefined).apiUrl).host;
  const from = sheet
    ? printable(basename(options.csv ?? ""), 100)
    : `${printable(organization?.name || organization?.id || "", 100)} (${options.sandbox ? "the built-in sandbox" : printable(host())})`;
  return renderFiles(draft, {
    from,
    ...(schemas !== undefined && { schemas }),
    ...(organization && settingsFile === undefined && { organization: organization.id }),
    ...(options.csv !== undefined && { unit: slugOf(parse(options.csv).name) }),
    isLimited: live?.view === "limited",
    isTaken: (file) => existsSync(join(folder, file)),
  });
}

/** Reads the written files, and throws if their plan has changes or refusals that the plan `before` lacks. */
async function checkFiles(options: ImportOptions, before: PlannedTarget | undefined): Promise<void> {
  const loaded = await catchFailure(load(options));
  if (loaded instanceof Failure) {
    const codes = loaded.problems.map(({ code }) => code);
    throw differs(codes, loaded.message);
  }
  if (!before) return;
  const { settings, target } = before.inputs.desired;
  const after = plan({ ...before.inputs, desired: { ...loaded.desired, settings, target } }).plan;
  const known = new Set(changesOf(before.plan.stages.flat()).map(({ id }) => id));
  const changes = changesOf(after.stages.flat()).filter(({ id }) => !known.has(id));
  const knownRefusals = new Set(before.plan.refusals.map(identify));
  const refusals = after.refusals.filter((refusal) => !knownRefusals.has(identify(refusal)));
  if (changes.length + refusals.length === 0) return;
  const codes = refusals.map(({ code }) => code);
  throw differs(codes, `${changes.length} changes would follow`);
}

/** A refusal without its numbers, which may change. */
function identify(refusal: Refusal): string {
  return `${refusal.code} ${"skill" in refusal ? refusal.skill : "name" in refusal ? refusal.name : ""}`;
}

function differs(codes: readonly string[], reason: string): Failure {
  return new Failure({
    code: "IMPORT_DIFFERS",
    message: `The written files don't describe the organisation: ${[...new Set(codes), reason].join(", ")}.`,
    hint: "The files were deleted. This is a bug in genesys-skills, please report it.",
  });
}
