/** The graph of profiles, skills and user counts for GitHub, which draws Mermaid in Markdown. */
import { count } from "../../text.ts";
import { MERMAID_STYLES, mermaidLabel } from "../markdown-safe.ts";
import type { Impact, SkillImpact } from "./facts.ts";
import type { GraphEdge, ImpactGraph } from "./graph.ts";
import { graphOf } from "./graph.ts";
import { holdersWords, outcomeWords } from "./words.ts";

const LIMITS = { nodes: 60, edges: 100 };

/** Well below what Mermaid draws, so that a comment has room for the rest. */
const MAX_BYTES = 15_000;

/** A `flowchart` without its fence, or null where it would be too large to read or to draw. */
export function impactMermaid(impact: Impact): string | null {
  const graph = graphOf(impact, LIMITS);
  if (!graph) return null;
  const text = flowchart(graph);
  return Buffer.byteLength(text) < MAX_BYTES ? text : null;
}

function flowchart(graph: ImpactGraph): string {
  const { profiles, skills, edges, extensions } = graph;
  const profileId = (place: number): string => `n${place + 1}`;
  const skillId = (place: number): string => `n${profiles.length + place + 1}`;
  const lines = [
    ...profiles.map(({ name, members }, place) => {
      const users = members > 0 ? `<br/>${count(members, "member")}` : "";
      return `${profileId(place)}(["${mermaidLabel(name)}${users}"])`;
    }),
    ...skills.map((skill, place) => `${skillId(place)}["${skillLabel(skill)}"]${styleOf(skill)}`),
    ...extensions.map(({ profile, ancestor }) => `${profileId(profile)} -.-> ${profileId(ancestor)}`),
    ...edges.map((edge) => `${profileId(edge.profile)} ${arrow(edge)} ${skillId(edge.skill)}`),
    ...MERMAID_STYLES,
    "classDef uncovered stroke:#bf8700,stroke-width:3px",
  ];
  return ["flowchart LR", ...lines.map((line) => `  ${line}`)].join("\n");
}

function skillLabel(skill: SkillImpact): string {
  const outcome = outcomeWords(skill);
  const holders = `${holdersWords(skill)} ${skill.after.total === 1 ? "holder" : "holders"}`;
  return [mermaidLabel(skill.name), ...(outcome === null ? [] : [mermaidLabel(outcome)]), holders].join(
    "<br/>",
  );
}

/** A new entry is drawn thick, one that goes dotted. */
function arrow({ outcome }: GraphEdge): string {
  switch (outcome) {
    case "stays":
      return "-->";
    case "gains":
      return "==>";
    case "loses":
      return "-. loses .->";
  }
}

function styleOf({ outcome, coverage }: SkillImpact): string {
  if (outcome !== "stays") return `:::${outcome}`;
  return coverage === "none" ? ":::uncovered" : "";
}
