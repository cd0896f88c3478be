/**
 * Ranges, so that a story about many reads like one about few: `agent{1..3}@example.com` in a list, as a key or
 * in a line of text stands for three of it, counted up.
 */

const RANGE = /\{(\d+)\.\.(\d+)\}/u;

/** The text once for each number of its first range (every range of one text counts together); else the text alone. */
export function expandText(text: string): string[] {
  const [range, first, last] = RANGE.exec(text) ?? [];
  if (range === undefined) return [text];
  const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, step) => Number(first) + step);
  return numbers.map((number) => text.replaceAll(range, String(number)));
}

/** The same for a whole tree of YAML: items of lists, keys of mappings, and mappings in lists with a ranged value. */
export function expandTree(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.flatMap(expandItem);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      expandText(key).map((name) => [name, expandTree(value)] as const),
    ),
  );
}

function expandItem(item: unknown): unknown[] {
  if (typeof item === "string") return expandText(item);
  if (typeof item !== "object" || item === null || Array.isArray(item)) return [expandTree(item)];
  const ranged = Object.entries(item).find(([, value]) => typeof value === "string" && RANGE.test(value));
  if (!ranged) return [expandTree(item)];
  const [range] = RANGE.exec(String(ranged[1])) ?? [""];
  return expandText(range).map((number) =>
    expandTree(
      Object.fromEntries(
        Object.entries(item).map(([key, value]: [string, unknown]) => [
          key,
          typeof value === "string" ? value.replaceAll(range, number) : value,
        ]),
      ),
    ),
  );
}
