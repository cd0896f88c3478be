/** The graph of profiles, skills and user counts for GitHub, which draws Mermaid in Markdown. */
import { count } from "../../text.ts";
import { CHART_LIMITS, chartLabel, flowchart } from "../flowchart.ts";
import type { Impact, SkillImpact } from "./facts.ts";
import type { GraphEdge } from "./graph.ts";
import { graphOf } from "./graph.ts";
import { holdersWords, outcomeWords } from "./words.ts";

/** A `flowchart` without its fence, or null if it would be too large. */
export function impactMermaid(impact: Impact): string | null {
  const { profiles, skills, edges, extensions } = graphOf(impact, CHART_LIMITS) ?? NOTHING;
  const profileId = (place: number): string => `n${place + 1}`;
  const skillId = (place: number): string => `n${profiles.length + place + 1}`;
  return flowchart(
    [
      ...profiles.map(({ name, members }, place) => {
        const users = members > 0 ? `<br/>${count(members, "member")}` : "";
        return `${profileId(place)}(["${chartLabel(name)}${users}"])`;
      }),
      ...skills.map((skill, place) => `${skillId(place)}["${skillLabel(skill)}"]${styleOf(skill)}`),
    ],
    [
      ...extensions.map(({ profile, ancestor }) => `${profileId(profile)} -.-> ${profileId(ancestor)}`),
      ...edges.map((edge) => `${profileId(edge.profile)} ${ARROWS[edge.outcome]} ${skillId(edge.skill)}`),
    ],
    ["classDef uncovered stroke:#bf8700,stroke-width:3px"],
  );
}

const NOTHING = { profiles: [], skills: [], edges: [], extensions: [] };

/** New entries are thick, removed ones dotted. */
const ARROWS: Readonly<Record<GraphEdge["outcome"], string>> = {
  stays: "-->",
  gains: "==>",
  loses: "-. loses .->",
};

function skillLabel(skill: SkillImpact): string {
  const outcome = outcomeWords(skill);
  const holders = `${holdersWords(skill)} ${skill.after.total === 1 ? "holder" : "holders"}`;
  const names = [skill.name, ...(outcome === null ? [] : [outcome])].map(chartLabel);
  return [...names, holders].join("<br/>");
}

function styleOf({ outcome, coverage }: SkillImpact): string {
  if (outcome !== "stays") return `:::${outcome}`;
  return coverage === "none" ? ":::uncovered" : "";
}
