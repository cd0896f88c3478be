/** The items in an order that `seed` decides. */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const mixed = items.map((item, index) => {
    const key = Math.imul(index + 1, 2654435761) ^ Math.imul(seed | 1, 40503 + index);
    return { item, key: key >>> 0, index };
  });
  return mixed.sort((a, b) => a.key - b.key || a.index - b.index).map(({ item }) => item);
}
