/**
 * How long the impact report takes on made-up organisations, in each of its formats. Needs a build. Exits with 1
 * where the time doesn't grow as the assignments do: four times as many may take eight times as long, no more.
 */
import { impactOf } from "../dist/report/impact/impact.js";
import { reportPage } from "../dist/page/page.js";
import { IMPACT_FORMATS } from "../dist/report/impact/formats.js";
import { renderImpact } from "../dist/report/impact/render.js";
import { planOrganisation } from "./organisation.mjs";

const SIZES = [
  { skills: 2_500, users: 5_000 },
  { skills: 5_000, users: 10_000 },
  { skills: 10_000, users: 20_000 },
];
const SKILLS_PER_USER = 15;
const SEED = 1;
/** Every user holds one of these by the plan, so that a plan of this many changes is reported. */
const NEW_SKILLS = 20;

function time(work) {
  const start = performance.now();
  const result = work();
  return { result, milliseconds: performance.now() - start };
}

const words = (milliseconds) => `${Math.round(milliseconds)} ms`.padStart(9);

console.log(`The impact report of a plan, seed ${SEED}:`);
const times = [];
console.log(`assignments   impact${IMPACT_FORMATS.map((format) => format.padStart(10)).join("")}`);
for (const size of SIZES) {
  const planned = await planOrganisation({ ...size, held: SKILLS_PER_USER, seed: SEED, fresh: NEW_SKILLS });
  const { result: impact, milliseconds } = time(() => impactOf(planned));
  const rendered = IMPACT_FORMATS.map((format) =>
    time(() => (format === "html" ? reportPage(impact) : renderImpact(impact, format))),
  );
  const assignments = impact.totals.assignmentsNow;
  times.push(rendered.reduce((sum, one) => sum + one.milliseconds, milliseconds));
  console.log(
    `${String(assignments).padStart(11)}${words(milliseconds)}${rendered.map((one) => ` ${words(one.milliseconds)}`).join("")}`,
  );
}
process.exitCode = times[2] < 8 * times[0] ? 0 : 1;
