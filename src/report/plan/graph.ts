/** A picture of what a plan changes and of nothing else, for GitHub, which draws Mermaid in Markdown. */
import { count } from "../../text.ts";
import { MERMAID_STYLES, mermaidLabel } from "../markdown-safe.ts";
import { nameOf } from "./view.ts";
import type { PlanView, SkillView } from "./view.ts";

/** More than this nobody can read. */
const LIMITS = { nodes: 60, edges: 100, bytes: 15_000 };

/** A `flowchart` without its fence; null where there is nothing to draw, or too much. */
export function planGraph(view: PlanView): string | null {
  const { nodes, edges } = draw(view);
  if (edges.length === 0 || nodes.length > LIMITS.nodes || edges.length > LIMITS.edges) return null;
  const text = ["flowchart LR", ...[...nodes, ...edges, ...MERMAID_STYLES].map((line) => `  ${line}`)].join(
    "\n",
  );
  return Buffer.byteLength(text) < LIMITS.bytes ? text : null;
}

/** Profiles and groups of people on the left, skills on the right; what is taken away is dotted. */
function draw({ plan, skills, renames }: PlanView): { readonly nodes: string[]; readonly edges: string[] } {
  const [nodes, edges]: [string[], string[]] = [[], []];
  const [ids, skillById] = [new Map<string, string>(), new Map(skills.map((skill) => [skill.id, skill]))];
  const node = (key: string, shape: (id: string) => string): string => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = `n${ids.size + 1}`;
    ids.set(key, id);
    nodes.push(shape(id));
    return id;
  };
  const profile = (name: string): string =>
    node(`profile ${name}`, (id) => `${id}(["${mermaidLabel(name)}"])`);
  const skillOf = (id: string): string => {
    const skill = skillById.get(id);
    return node(
      `skill ${id}`,
      (at) => `${at}["${mermaidLabel(nameOf(plan, id))}${stateOf(skill)}"]${styleOf(skill)}`,
    );
  };
  for (const skill of skills) {
    const { gain, loss, update } = skill.holders;
    const people = (number: number, arrow: string): void => {
      if (number === 0) return;
      const from = node(`${arrow} ${skill.id}`, (id) => `${id}(("${count(number, "person", "people")}"))`);
      edges.push(`${from} ${arrow} ${skillOf(skill.id)}`);
    };
    people(gain.length, "== gain ==>");
    people(update.length, "-- change -->");
    people(loss.length, "-. lose .->");
    for (const { name, change } of skill.profiles) {
      const arrow = change.verb === "remove" ? "-. loses .->" : "== gains ==>";
      edges.push(`${profile(name)} ${arrow} ${skillOf(skill.id)}`);
    }
  }
  for (const { to, from, moves } of renames) {
    for (const old of from)
      edges.push(`${skillOf(old)} == "becomes, ${count(moves, "holder")}" ==> ${skillOf(to)}`);
  }
  return { nodes, edges };
}

function stateOf(skill: SkillView | undefined): string {
  if (!skill?.existence) return "";
  return skill.existence.verb === "create" ? "<br/>created" : "<br/>deleted";
}

function styleOf(skill: SkillView | undefined): string {
  if (!skill?.existence) return "";
  return skill.existence.verb === "create" ? ":::created" : ":::deleted";
}
