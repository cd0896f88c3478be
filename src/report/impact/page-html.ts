/** Names as text in HTML: nothing from outside becomes markup or leaves its place. */
import { printable } from "../../text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For text and quoted attributes; what doesn't print is shown as `\u{…}`. */
export function html(text: string, max = 200): string {
  return printable(text, max).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A name with its own direction, so that Arabic or Hebrew moves nothing around it. */
export function bdi(name: string, max = 200): string {
  return `<bdi>${html(name, max)}</bdi>`;
}

/** `12,345`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
