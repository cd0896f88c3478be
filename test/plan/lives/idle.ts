/** After a whole apply there is nothing to do, and doing nothing changes nothing, three times in a row. */
import type { Ledger, Refusal, WriteRecord } from "../../../src/model.ts";
import { foldLedger } from "../../../src/plan/delta.ts";
import type { PlanInputs } from "../../../src/plan/plan.ts";
import { plan } from "../../../src/plan/plan.ts";
import { byText } from "../../../src/text.ts";
import { planLines } from "../plan-lines.ts";

const TIMES = 3;

export function checkIdle(
  first: PlanInputs,
  inputsFor: (ledger: Ledger) => PlanInputs,
): { readonly problem?: string; readonly ledger: Ledger | null } {
  const { withheld = new Set<string>() } = first;
  let inputs = first;
  for (let time = 0; time < TIMES; time++) {
    const { plan: made, delta } = plan(inputs);
    const lines = planLines({ ...made, notes: [], allowed: [], withheld: [] });
    const refusals = made.refusals.filter((refusal) => !isExpected(refusal, withheld.size > 0));
    if (made.stages.length > 0 || refusals.length > 0) {
      return { problem: `the next plan is not empty: ${lines.join("; ")}`, ledger: inputs.ledger };
    }
    const ledger = foldLedger(delta, { outcomeOf: () => "not-done", createdIds: new Map() });
    const then = inputs.ledger ? linesOf(inputs.ledger, time === 0) : [];
    const now = linesOf(ledger, time === 0);
    const [gone, come] = [
      then.filter((line) => !now.includes(line)),
      now.filter((line) => !then.includes(line)),
    ];
    if (gone.length + come.length > 0) {
      const text = [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)].join("\n  ");
      return { problem: `an apply of nothing changes the ledger\n  ${text}`, ledger };
    }
    inputs = { ...inputsFor(ledger), withheld };
  }
  return { ledger: inputs.ledger };
}

/**
 * What a withheld skill would have noted about its previous names is noted once it is made. And of several groups that
 * give one assignment the ledger knows only the first, so that it may no longer say which twin a name means.
 */
function isExpected(refusal: Refusal, isWithheld: boolean): boolean {
  if (refusal.code === "PREVIOUS_PRESENT") return isWithheld;
  return refusal.code === "AMBIGUOUS" && refusal.what === "group";
}

/** One line for each item. After the first reading the records of what was done have served. */
function linesOf({ skills, profiles, users, ...rest }: Ledger, isFirst: boolean): string[] {
  const bare = <T extends { readonly records?: readonly WriteRecord[] }>(item: T): T => {
    const open = item.records?.filter(({ outcome }) => !isFirst || outcome !== "done") ?? [];
    return { ...item, records: open.length > 0 ? open : undefined };
  };
  const isWorthKeeping = ({ assignments, migrations, records }: Ledger["users"][number]): boolean =>
    !isFirst || Object.keys({ ...assignments, ...migrations }).length > 0 || records !== undefined;
  const items = [...skills.map(bare), ...profiles.map(bare), ...users.map(bare).filter(isWorthKeeping)];
  return [rest, ...items].map(toJson);
}

/** The order of fields says nothing. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => byText(a, b)))
      : part,
  );
}
