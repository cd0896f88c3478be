/** `drift`: differences without an edit: manual changes, and drift that an apply withheld. */
import { openSession } from "../../github/session.ts";
import { driftOf } from "../../plan/drift.ts";
import type { Note } from "../../model.ts";
import { planText } from "../../report/plan/text.ts";
import { applyRunningWords } from "../ledger.ts";
import { REFUSED, reportDrift, reportPlan } from "../on-github.ts";
import type { TargetOptions } from "../options.ts";
import { pathInRepository } from "../root.ts";
import { planOnce } from "../snapshot.ts";
import type { Terminal } from "../terminal.ts";
import { refusedExit } from "./plan.ts";

interface DriftOptions extends TargetOptions {
  readonly detailedExitcode?: boolean;
  /** Keeps a GitHub issue up to date. */
  readonly issue?: boolean;
}

/** Exit code 2 with `--detailed-exitcode` for drift; 1 or 3 if drift can't be determined. */
export async function driftCommand(options: DriftOptions, terminal: Terminal): Promise<number> {
  const session =
    options.issue === true ? await openSession(terminal.env, { dir: pathInRepository(options.dir) }) : null;
  const { plan, inputs, openLedger } = await planOnce(options, terminal);
  const running = applyRunningWords(openLedger.state);
  if (running !== null) {
    terminal.out(`${running} Run drift again after it has ended.\n`);
    return 0;
  }
  const drift = driftOf(plan, inputs.requestsPerMinute, inputs.isUnedited === true);
  const isRefused = drift.refusals.length > 0;
  const text = planText(drift, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  terminal.show(drift.hasLedger || isRefused ? text : NOTHING_APPLIED);
  await reportPlan(drift, isRefused ? REFUSED : {}, {}, terminal);
  if (isRefused) return refusedExit(drift);
  const isDrifted = drift.stages.length > 0 || drift.notes.some(({ code }) => NOT_PUT_BACK.includes(code));
  if (session) await reportDrift(session, drift, isDrifted, terminal);
  return options.detailedExitcode === true && isDrifted ? 2 : 0;
}

const NOTHING_APPLIED =
  "This run found no earlier apply, so there is nothing to compare with. Start with: genesys-skills plan\n";

/** Notes about drift that no apply restores. */
const NOT_PUT_BACK: readonly Note["code"][] = ["DRIFT_LEFT", "RECREATED"];
