/** `import`: writes YAML for an organisation that nobody has written down yet, and changes nothing in it. */
import { loadDesired } from "../../desired/load.ts";
import { readCredentials } from "../../genesys/credentials.ts";
import type { Destination } from "../../import/destination.ts";
import { openDestination } from "../../import/destination.ts";
import type { ImportDraft } from "../../import/draft.ts";
import { draftImport } from "../../import/draft.ts";
import type { Rendered } from "../../import/render.ts";
import { renderFiles } from "../../import/render.ts";
import { writeFiles } from "../../import/write.ts";
import { readLive } from "../../live/read.ts";
import type { Desired, Live } from "../../model.ts";
import { plan } from "../../plan/plan.ts";
import { Failure } from "../../problem.ts";
import type { ImportOptions } from "../import-text.ts";
import { importText } from "../import-text.ts";
import type { Terminal } from "../terminal.ts";
import { openTargetFor } from "../target.ts";

/**
 * Reads the organisation, writes the files, and plans them against what was read. Throws Failure YAML_EXISTS,
 * INCOMPLETE, WRONG_ORG; then nothing is written.
 */
export async function importCommand(options: ImportOptions, terminal: Terminal): Promise<number> {
  const destination = await openDestination(options);
  const live = await readOrganisation(options, destination, terminal);
  refuseLive(live, destination, options);
  const draft = draftImport(live);
  const rendered = render(draft, live, { options, destination }, terminal);
  const written = await writeFiles(destination.folder, rendered.files);
  try {
    await checkFiles(live, { options, destination });
  } catch (error) {
    await written.undo();
    throw error;
  }
  terminal.show(importText({ options, draft, rendered, live, destination }, terminal));
  return 0;
}

interface Where {
  readonly options: ImportOptions;
  readonly destination: Destination;
}

async function readOrganisation(
  options: ImportOptions,
  { target, isNamed, settings }: Destination,
  terminal: Terminal,
): Promise<Live> {
  const nothing: Desired = { target, settings, skills: [], profiles: [], users: [], groups: [] };
  const world = await openTargetFor(nothing, { ...options, ...(isNamed && { named: target }) }, terminal);
  try {
    terminal.status("Reading the organisation…");
    const lists = { groups: [], ledgerGroups: [], users: [], ledgerUsers: [], ledgerSkills: [] };
    return await readLive(world.connection, lists);
  } finally {
    await world.close();
  }
}

function refuseLive(live: Live, { settings }: Destination, { sandbox }: ImportOptions): void {
  const { id } = live.organization;
  const expected = sandbox ? undefined : settings.organization;
  if (expected !== undefined && expected.toLowerCase() !== id.toLowerCase()) {
    throw new Failure(
      {
        code: "WRONG_ORG",
        message: `The credentials are for the organisation ${id}; the settings say ${expected}.`,
        hint: "Use the credentials of the organisation that is meant, or correct organization in the settings.",
      },
      3,
    );
  }
  const broken = [live.skills, live.users, live.profiles].flatMap((listing) =>
    listing.kind === "incomplete" ? [listing.reason] : [],
  );
  if (broken.length === 0) return;
  throw new Failure(
    broken.map((reason) => ({
      code: "INCOMPLETE",
      message: `The organisation could not be read to the end: ${reason}`,
      hint: "Nothing was written. Try again; what is missing here would be missing in the files.",
    })),
  );
}

function render(
  draft: ImportDraft,
  live: Live,
  { options, destination }: Where,
  { env }: Terminal,
): Rendered {
  const { isNamed, target, settingsFile, schemas } = destination;
  const named = isNamed ? target : undefined;
  return renderFiles(draft, {
    organization: live.organization,
    host: options.sandbox ? "the built-in sandbox" : new URL(readCredentials(env, named).apiUrl).host,
    ...(schemas !== undefined && { schemas }),
    withSettings: settingsFile === undefined,
    hasRoutingProfiles: live.dialect === "profiles",
    isLimited: live.view === "limited",
  });
}

/** Nobody has to take our word for it: the files are read and planned as any others are. */
async function checkFiles(live: Live, { options, destination }: Where): Promise<void> {
  const { isNamed, isShared, target } = destination;
  const { desired } = await loadDesired({ dir: options.dir, ...(isNamed && { target }) });
  // What files for all targets ask for beyond it is no mistake of the import.
  if (isShared) return;
  const { organization: _, ...settings } = desired.settings;
  const inputs = { desired: { ...desired, settings }, ledger: null, live };
  const { stages, refusals } = plan({ ...inputs, allow: new Set(), requestsPerMinute: 1 }).plan;
  if (stages.length === 0 && refusals.length === 0) return;
  const codes = [...new Set(refusals.map(({ code }) => code))];
  throw new Failure({
    code: "IMPORT_DIFFERS",
    message: `The files that were written don't say what the organisation holds: ${stages.flat().length} changes would follow${codes.length > 0 ? `, and ${codes.join(", ")}` : ""}.`,
    hint: "They are removed again. This is a bug in genesys-skills, please report it.",
  });
}
