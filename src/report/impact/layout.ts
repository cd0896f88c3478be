/** Orders the two columns of the graph so that few lines cross. */

/** The rank of each profile and each skill in its column, by its place. */
export interface GraphLayout {
  readonly profiles: readonly number[];
  readonly skills: readonly number[];
}

interface LayoutEdge {
  readonly profile: number;
  readonly skill: number;
}

/** Further rounds change little. */
const ROUNDS = 6;

/** Each column in turn is put in the order of the mean ranks of its neighbours, which is known to cross few lines. */
export function layOut(profiles: number, skills: number, edges: readonly LayoutEdge[]): GraphLayout {
  const neighbours = { profiles: lists(profiles), skills: lists(skills) };
  for (const { profile, skill } of edges) {
    neighbours.profiles[profile]?.push(skill);
    neighbours.skills[skill]?.push(profile);
  }
  let layout: GraphLayout = { profiles: places(profiles), skills: places(skills) };
  for (let round = 0; round < ROUNDS; round++) {
    const ranked = rank(neighbours.skills, layout.profiles, layout.skills);
    layout = { profiles: rank(neighbours.profiles, ranked, layout.profiles), skills: ranked };
  }
  return layout;
}

/**
 * The height of each profile: beside the middle of its skills, in the order of `ranks` and at least a step
 * apart. `across` are the skills' heights; what is pushed beyond the last of them is drawn back up.
 */
export function alignWith(
  ranks: readonly number[],
  edges: readonly LayoutEdge[],
  {
    across,
    first,
    step,
  }: { readonly across: readonly number[]; readonly first: number; readonly step: number },
): number[] {
  const heights = lists(ranks.length);
  for (const { profile, skill } of edges) heights[profile]?.push(across[skill] ?? first);
  const aligned = ranks.map(() => first);
  const order = places(ranks.length).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
  let free = first;
  for (const place of order) {
    aligned[place] = Math.max(free, mean(heights[place] ?? [], free));
    free = (aligned[place] ?? free) + step;
  }
  let limit = Math.max(first + (ranks.length - 1) * step, ...across);
  for (const place of order.reverse()) {
    aligned[place] = Math.min(aligned[place] ?? limit, limit);
    limit = (aligned[place] ?? limit) - step;
  }
  return aligned;
}

function mean(numbers: readonly number[], otherwise: number): number {
  return numbers.length === 0 ? otherwise : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Nodes without neighbours go last; those with the same mean keep their order. */
function rank(
  neighbours: readonly (readonly number[])[],
  across: readonly number[],
  before: readonly number[],
): number[] {
  const means = neighbours.map((list) =>
    mean(
      list.map((place) => across[place] ?? 0),
      Infinity,
    ),
  );
  const order = places(neighbours.length).sort((a, b) => {
    const [first = 0, second = 0] = [means[a], means[b]];
    return first === second ? (before[a] ?? 0) - (before[b] ?? 0) : first - second;
  });
  const ranks = places(neighbours.length);
  order.forEach((place, index) => {
    ranks[place] = index;
  });
  return ranks;
}

function places(length: number): number[] {
  return Array.from({ length }, (_, place) => place);
}

function lists(length: number): number[][] {
  return Array.from({ length }, () => []);
}
