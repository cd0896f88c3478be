/** Finds out, without the organisation, whether a change is due by a date. */
import { pickTarget } from "../desired/targets.ts";
import type { AppliedRevision } from "../model.ts";
import type { AttemptedYaml } from "../plan/dates.ts";
import { mayBeDue } from "../plan/dates.ts";
import { dayOf } from "./day.ts";
import { storeOf } from "./ledger.ts";
import type { TargetOptions } from "./options.ts";
import { loadAttempted } from "./previous.ts";
import type { Terminal } from "./terminal.ts";

/** The YAML that an apply began with last, and today in its time zone. */
export interface DueYaml {
  readonly day: string;
  readonly attempted: AppliedRevision;
  readonly yaml: AttemptedYaml;
}

/** Null if nothing is due, or if the YAML that was applied last is unknown; then a commit must be applied first. */
export async function findDue(options: TargetOptions, terminal: Terminal): Promise<DueYaml | null> {
  const { dir, sandbox } = options;
  const target = await pickTarget(dir, options.target);
  const store = await storeOf(options, sandbox ? "sandbox" : target, terminal);
  const ledger = store && (await store.read()).ledger;
  const attempted = ledger?.attempted;
  if (!attempted) return null;
  let day = "";
  const dayIn = (zone: string): string => (day = dayOf({})(zone));
  const yaml = await loadAttempted(ledger, { dir, target, dayIn }, terminal.env);
  if (yaml) return mayBeDue(ledger, yaml, day) ? { day, attempted, yaml } : null;
  const isInCommit = attempted.revision !== null && !attempted.uncommitted;
  terminal.err(
    `What is due for ${target} is unknown: the YAML that was applied last ${isInCommit ? "can't be read" : "is in no commit"}. Apply a commit first.\n`,
  );
  return null;
}
