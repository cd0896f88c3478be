/** A Mermaid flowchart of a plan's changes. */
import { count } from "../../text.ts";
import { chartLabel, flowchart } from "../flowchart.ts";
import type { PlanView, SkillView } from "./view.ts";
import { nameOf } from "./view.ts";

/** Profiles and groups of people are on the left, skills on the right. Removals are dotted. */
export function planGraph({ plan, skills, renames }: PlanView): string | null {
  const [nodes, edges]: [string[], string[]] = [[], []];
  const [ids, skillById] = [new Map<string, string>(), new Map(skills.map((skill) => [skill.id, skill]))];
  const node = (key: string, shape: string): string => {
    const id = ids.get(key) ?? `n${ids.size + 1}`;
    if (!ids.has(key)) nodes.push(`${id}${shape}`);
    ids.set(key, id);
    return id;
  };
  const nodeOf = (id: string): string => {
    const state = stateOf(skillById.get(id));
    const [words, style] = state === null ? ["", ""] : [`<br/>${state}`, `:::${state}`];
    return node(`skill ${id}`, `["${chartLabel(nameOf(plan, id))}${words}"]${style}`);
  };
  for (const { id, holders, profiles } of skills) {
    const arrows = [
      [holders.gain, "== gain ==>"],
      [holders.update, "-- change -->"],
      [holders.loss, "-. lose .->"],
    ] as const;
    for (const [{ length }, arrow] of arrows) {
      if (length === 0) continue;
      const people = node(`${arrow} ${id}`, `(("${count(length, "person", "people")}"))`);
      edges.push(`${people} ${arrow} ${nodeOf(id)}`);
    }
    for (const { name, change } of profiles) {
      const arrow = change.verb === "remove" ? "-. loses .->" : "== gains ==>";
      edges.push(`${node(`profile ${name}`, `(["${chartLabel(name)}"])`)} ${arrow} ${nodeOf(id)}`);
    }
  }
  for (const { to, from, moves } of renames) {
    const people = moves > 0 ? `, ${count(moves, "holder")}` : "";
    for (const old of from) edges.push(`${nodeOf(old)} == "becomes${people}" ==> ${nodeOf(to)}`);
  }
  return flowchart(nodes, edges);
}

function stateOf(skill: SkillView | undefined): "created" | "deleted" | null {
  if (!skill?.existence) return null;
  return skill.existence.verb === "create" ? "created" : "deleted";
}
