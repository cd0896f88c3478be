/** Elements made of text only: nothing from outside is ever read as markup. */
import { printable } from "../../text.ts";

export type Child = Node | string | null | readonly Child[];
type Listener = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | null | Listener>>;

type Tag = keyof HTMLElementTagNameMap;

/** `el("p.lead", { id: "x", onclick: listener }, "text", child)`; `null` and `false` leave an attribute out. */
export function el<K extends Tag>(
  tag: K | `${K}.${string}`,
  ...rest: readonly (Attributes | Child)[]
): HTMLElementTagNameMap[K] {
  const [name = "", ...classes] = tag.split(".");
  const element = document.createElement(name) as HTMLElementTagNameMap[K];
  element.classList.add(...classes);
  return fill(element, rest);
}

/** The same for SVG. */
export function svg(tag: string, ...rest: readonly (Attributes | Child)[]): SVGElement {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), rest);
}

function fill<E extends Element>(element: E, rest: readonly (Attributes | Child)[]): E {
  for (const part of rest) {
    if (isChild(part)) {
      element.append(...flat([part]));
      continue;
    }
    for (const [key, value] of Object.entries(part)) {
      if (value === null || value === false) continue;
      if (typeof value === "function") element.addEventListener(key.slice(2), value);
      else if (key === "class") element.classList.add(...value.toString().split(" ").filter(Boolean));
      else element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  return element;
}

function isChild(part: Attributes | Child): part is Child {
  return part === null || typeof part === "string" || part instanceof Node || Array.isArray(part);
}

/** The children without nulls and empty texts. */
export function flat(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === "") return [];
    return typeof child === "string" || child instanceof Node ? [child] : flat(child);
  });
}

/** A name in a box of its own: its direction moves nothing around it, and its accents reach into no other row. */
export function name(text: string): HTMLElement {
  return el("bdi", printable(text, 500));
}

/** The names with commas between them. */
export function names(list: readonly string[]): Child[] {
  return list.flatMap((one, place): Child[] => [place > 0 ? ", " : null, name(one)]);
}

/** `12,345`. */
export function grouped(number: number): string {
  return number.toLocaleString("en");
}

/** `1 user`, `1,200 users`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** An entry of a `<dl>`. */
export function fact(label: string, ...value: Child[]): HTMLElement {
  return el("div", el("dt", label), el("dd", value));
}

/** A label on one line; `kind` colours it. */
export function badge(words: string, kind = ""): HTMLElement {
  return el("span", { class: `badge ${kind}`, title: words }, words);
}

/** A large number with its label; `kind` colours a number above 0. */
export function tile(label: string, number: number, kind = "", remark: Child = null): HTMLElement {
  return el("div", { class: number > 0 ? kind : "" }, el("dt", label), el("dd", grouped(number), remark));
}

// ── Tables ───────────────────────────────────────────────────────────────────────────────────────────

export interface Column<T> {
  readonly title: string;
  /** Classes of the head and of every cell. */
  readonly kind?: string;
  readonly cell: (row: T) => Child;
  /** By which a click on the head sorts; absent: it doesn't. */
  readonly key?: (row: T) => number | string;
  readonly firstOrder?: "ascending" | "descending";
}

export interface PagedTable<T> {
  readonly element: HTMLElement;
  readonly heads: readonly HTMLTableCellElement[];
  readonly body: HTMLTableSectionElement;
  readonly toRow: (row: T) => HTMLTableRowElement;
}

/** A table that scrolls sideways where it is too wide, and says so. The first column names the row. */
export function makeTable<T>(
  label: string,
  columns: readonly Column<T>[],
  { kind = "", rowKind = () => "" }: { kind?: string; rowKind?: (row: T) => string } = {},
): PagedTable<T> {
  const heads = columns.map(({ title, kind: classes = "" }) =>
    el("th", { scope: "col", class: classes }, title),
  );
  const body = el("tbody");
  const table = el("table", { class: kind }, el("caption.hidden", label), el("thead", el("tr", heads)), body);
  const toRow = (row: T): HTMLTableRowElement =>
    el(
      "tr",
      { class: rowKind(row) },
      columns.map(({ kind: classes = "", cell }, place) =>
        place === 0
          ? el("th", { scope: "row", class: classes }, cell(row))
          : el("td", { class: classes }, cell(row)),
      ),
    );
  return { element: scrolling(label, table), heads, body, toRow };
}

/** A region that scrolls sideways, with a hint above it as long as something is out of sight. */
export function scrolling(label: string, content: Element): HTMLElement {
  const region = el("div.scroll", { role: "region", "aria-label": label, tabindex: 0 }, content);
  const hint = el("p.hint", { hidden: true }, "Scroll sideways to see the rest →");
  const observer = new ResizeObserver(() => {
    hint.hidden = region.scrollWidth <= region.clientWidth + 1;
  });
  observer.observe(region);
  observer.observe(content);
  return el("div.scrolling", hint, region);
}

/** How many of a list are shown at once. */
export const PAGE_SIZE = 50;

/** By list of the current view: what completes it before it is printed. */
const printing = new Map<Element, () => void>();

/** Shows the first `size` of `items` in `list`; the result is the button that shows more of them. */
export function pages<T>(
  list: Element,
  items: readonly T[],
  toItem: (item: T) => Element,
  size = PAGE_SIZE,
): HTMLElement {
  let shown = 0;
  const add = (number: number): void => {
    list.append(...items.slice(shown, shown + number).map(toItem));
    shown = Math.min(items.length, shown + number);
  };
  add(size);
  const button = growing(list, items.length, () => {
    add(Math.max(size, PAGE_SIZE));
  });
  printing.set(list, () => {
    add(items.length);
    button.hidden = true;
  });
  return button;
}

/** The button under a list of `total` items, which `more` makes longer. The focus goes to the first new item. */
export function growing(list: Element, total: number, more: () => void | Promise<void>): HTMLButtonElement {
  const update = (): void => {
    const left = total - list.children.length;
    button.hidden = left <= 0;
    button.textContent = `Show more (${grouped(left)} left)`;
  };
  const grow = async (): Promise<void> => {
    const before = list.children.length;
    button.disabled = true;
    try {
      await more();
      update();
      focusOn(list.children[before]);
    } catch (error) {
      button.textContent = `${error instanceof Error ? error.message : String(error)} Try again`;
    } finally {
      button.disabled = false;
    }
  };
  const button = el("button", { type: "button", class: "more", onclick: () => void grow() });
  update();
  return button;
}

function focusOn(item: Element | undefined): void {
  const place = item?.querySelector<HTMLElement>("a, summary") ?? item?.querySelector<HTMLElement>("th, h2");
  if (!place) return;
  if (place.matches("th, h2")) place.tabIndex = -1;
  place.focus();
}

/** Lists of the view that is about to be replaced are no longer completed. */
export function forgetLists(): void {
  printing.clear();
}

let opened: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  for (const complete of printing.values()) complete();
  opened = [...document.querySelectorAll<HTMLDetailsElement>(".touched details:not([open])")];
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});

// ── Bars ─────────────────────────────────────────────────────────────────────────────────────────────

interface Bar {
  readonly spread: readonly { readonly proficiency: number; readonly holders: number }[];
  /** Holders whom the plan takes away. */
  readonly lost?: number;
}

/** Holders by proficiency, to a scale on which `most` holders fill the cell. */
export function bar({ spread, lost = 0 }: Bar, most: number): Child[] {
  const holders = spread.reduce((sum, part) => sum + part.holders, 0);
  const words = spread.map((part) => `${grouped(part.holders)} at ${part.proficiency}`).join(", ");
  const stack = el("span.stack", { title: words, "aria-hidden": "true" });
  stack.style.setProperty("width", `${Math.max(1, ((holders + Math.max(0, lost)) / most) * 100)}%`);
  const piece = (kind: string, number: number): void => {
    const part = el("i", { class: kind });
    part.style.setProperty("flex-grow", String(number));
    stack.append(part);
  };
  for (const part of spread) piece(`p${Math.floor(part.proficiency)}`, part.holders);
  if (lost > 0) piece("ghost", lost);
  return [stack.childElementCount > 0 ? stack : null, el("span.hidden", words || "nobody")];
}

/** What the colours of bars mean. */
export function colourKey(hasPlan = false): HTMLElement {
  const entry = (kind: string, words: string): HTMLElement =>
    el("li", el("i", { class: kind, "aria-hidden": "true" }), words);
  return el(
    "ul.key",
    { "aria-label": "Colours of the bars" },
    el("li", "Proficiency"),
    [0, 1, 2, 3, 4, 5].map((level) => entry(`p${level}`, String(level))),
    hasPlan ? entry("ghost", "lost") : null,
  );
}
