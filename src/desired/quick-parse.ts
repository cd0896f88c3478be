/**
 * Text → Tree for plain files, several times faster than `yaml`, which stays the authority: text that the two
 * libraries may read differently, and invalid text, is left to `yaml`.
 */
import type { Event, ScalarEvent } from "js-yaml";
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE } from "js-yaml";
import type { Place } from "../model.ts";
import type { Tree, TreeField } from "./tree.ts";
import { MAX_DEPTH, MAX_VALUES } from "./tree.ts";

/** The same tree of a plain text that `yaml` gives; undefined if `yaml` has to read it. */
export function parseQuickly(text: string, file: string): Tree | undefined {
  if (NEEDS_YAML_PARSER.test(text)) return undefined;
  try {
    return new QuickReader(text, file, parseEvents(text, { maxDepth: MAX_DEPTH + 1 })).readDocument();
  } catch {
    // `yaml` decides whether the text is invalid, and where.
    return undefined;
  }
}

/** Directives, text after ---, tabs, explicit keys, and line endings other than LF and CR LF. */
const NEEDS_YAML_PARSER = /\r(?!\n)|^%|^ *---.*\S|^\.\.\.|[\t\ufeff\u0085\u2028\u2029]|(?:^|[-,[{]) *\?\s/mu;

class QuickReader {
  readonly #text: string;
  readonly #file: string;
  readonly #events: readonly Event[];
  #next = 0;
  #values = 0;
  // Places are asked for in the order of the text, so each line is passed once.
  #line = 1;
  #lineStart = 0;
  #lineEnd: number;

  constructor(text: string, file: string, events: readonly Event[]) {
    this.#text = text;
    this.#file = file;
    this.#events = events;
    this.#lineEnd = endOfLine(text, 0);
  }

  readDocument(): Tree | undefined {
    const document = this.#events[this.#next++];
    if (document?.type !== EVENT_ID.DOCUMENT || document.directives.length > 0) return undefined;
    const first = this.#events[this.#next];
    if (first?.type === EVENT_ID.SCALAR || first?.type === EVENT_ID.POP) return undefined;
    const tree = this.#readValue(0);
    return this.#next === this.#events.length - 1 ? tree : undefined;
  }

  #readValue(depth: number): Tree {
    const event = this.#events[this.#next++];
    if (!event || depth > MAX_DEPTH || ++this.#values > MAX_VALUES) throw new NotPlain();
    switch (event.type) {
      case EVENT_ID.SCALAR:
        refuseMarks(event);
        return this.#readScalar(event, this.#placeAt(startOf(event)));
      case EVENT_ID.SEQUENCE: {
        refuseMarks(event);
        const place = this.#placeAt(event.start);
        const items: Tree[] = [];
        while (!this.#closes()) items.push(this.#readValue(depth + 1));
        return { kind: "list", items, place };
      }
      case EVENT_ID.MAPPING: {
        refuseMarks(event);
        const place = this.#placeAt(event.start);
        const fields = new Map<string, TreeField>();
        while (!this.#closes()) this.#readField(fields, depth);
        return { kind: "mapping", fields, place };
      }
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.ALIAS:
      case EVENT_ID.POP:
        throw new NotPlain();
    }
  }

  /** Whether the collection ends here; if so, moves past its end. */
  #closes(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #readField(fields: Map<string, TreeField>, depth: number): void {
    const key = this.#events[this.#next++];
    if (key?.type !== EVENT_ID.SCALAR || isBlock(key)) throw new NotPlain();
    refuseMarks(key);
    const place = this.#placeAt(startOf(key));
    const name = getScalarValue(this.#text, key);
    if (name === "<<" || fields.has(name) || key.valueEnd > this.#lineEnd) throw new NotPlain();
    const value = this.#events[this.#next];
    if (value?.type === EVENT_ID.SCALAR && (value.valueStart === -1 || isBlock(value))) {
      refuseMarks(value);
      this.#next++;
      fields.set(name, { place, value: this.#readUnplaced(value, key, place) });
    } else {
      fields.set(name, { place, value: this.#readValue(depth + 1) });
    }
  }

  /** An omitted value, placed at its key; or a text below `|` or `>`, placed at that sign. */
  #readUnplaced(value: ScalarEvent, key: ScalarEvent, place: Place): Tree {
    if (value.valueStart === -1) return { kind: "scalar", value: null, source: "", place };
    if (++this.#values > MAX_VALUES) throw new NotPlain();
    BLOCK_SIGN.lastIndex = key.valueEnd;
    if (!BLOCK_SIGN.test(this.#text)) throw new NotPlain();
    return this.#readScalar(value, this.#placeAt(BLOCK_SIGN.lastIndex - 1));
  }

  #readScalar(event: ScalarEvent, place: Place): Tree {
    const source = getScalarValue(this.#text, event);
    const value = event.style === SCALAR_STYLE.PLAIN ? resolvePlain(source) : source;
    if (typeof value === "number" && !Number.isFinite(value)) throw new NotPlain();
    return { kind: "scalar", value, source, place };
  }

  #placeAt(offset: number): Place {
    if (offset < this.#lineStart) throw new NotPlain();
    while (offset > this.#lineEnd) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = endOfLine(this.#text, this.#lineStart);
    }
    return { file: this.#file, line: this.#line, column: offset - this.#lineStart + 1 };
  }
}

/** Thrown for text that `yaml` has to read. */
class NotPlain extends Error {}

const BLOCK_SIGN = /['"]?:[ ]+[|>]/y;

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function refuseMarks({ anchorStart, tagStart }: Readonly<Record<"anchorStart" | "tagStart", number>>): void {
  if (anchorStart !== -1 || tagStart !== -1) throw new NotPlain();
}

function isBlock({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
}

/** The offset of the first character, including quotes; omitted values and blocks are allowed only in a field. */
function startOf(event: ScalarEvent): number {
  if (event.valueStart === -1 || isBlock(event)) throw new NotPlain();
  return event.style === SCALAR_STYLE.PLAIN ? event.valueStart : event.valueStart - 1;
}

/** A scalar without quotes by the core schema of YAML 1.2 (section 10.3.2). */
function resolvePlain(text: string): string | number | boolean | null {
  // Most names begin with letters that none of the words below begins with.
  if (!/^[-+.~\dntfNTF]/.test(text)) return text;
  if (/^(?:~|[Nn]ull|NULL)$/.test(text)) return null;
  if (/^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/.test(text)) return /^t/i.test(text);
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[\da-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?\d+$/.test(text)) return Number.parseInt(text, 10);
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number.parseFloat(text);
  return /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/.test(text) ? Number.NaN : text;
}
