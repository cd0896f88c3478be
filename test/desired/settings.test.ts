import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings } from "../../src/desired/settings.ts";

interface Shape {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
}

/** A value for each field that has a default in the schema, under the names that the program uses. */
function defaultsIn({ properties = {} }: Shape): Record<string, unknown> {
  const named = Object.entries(properties).map(([field, shape]) => {
    const name = field.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    return [name, shape.properties ? defaultsIn(shape) : shape.default];
  });
  return Object.fromEntries(named) as Record<string, unknown>;
}

test("settings that are left out have the defaults that the schema promises", () => {
  const schema = JSON.parse(readFileSync("schemas/settings.schema.json", "utf8")) as Shape;
  const { $schema: _, timeZone, deadlineSeconds, ...promised } = defaultsIn(schema);
  // The program reads these where they are used: the day of a run, and the client.
  expect([timeZone, deadlineSeconds]).toEqual(["UTC", 900]);
  expect({ organization: undefined, requestsPerMinute: undefined, ...readSettings([]) }).toEqual(promised);
});
