/** Orders the two columns of the graph so that few lines cross. */

/** The rank of each profile and each skill in its column, by its place. */
export interface GraphLayout {
  readonly profiles: readonly number[];
  readonly skills: readonly number[];
}

interface Pair {
  readonly profile: number;
  readonly skill: number;
}

/** Further rounds change little. */
const ROUNDS = 6;

/** Each column in turn is put in the order of the mean ranks of its neighbours, which is known to cross few lines. */
export function layOut(profiles: number, skills: number, edges: readonly Pair[]): GraphLayout {
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

/** Nodes without neighbours go last; those with the same mean keep their order. */
function rank(
  neighbours: readonly (readonly number[])[],
  across: readonly number[],
  before: readonly number[],
): number[] {
  const means = neighbours.map((list) =>
    list.length === 0 ? Infinity : list.reduce((sum, place) => sum + (across[place] ?? 0), 0) / list.length,
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
