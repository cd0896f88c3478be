/** JSON Schemas that carry the TypeScript type of their values, so that both have one definition. */

/** `T` is the type of the values that the schema accepts. */
export interface JsonSchema<T> {
  readonly [keyword: string]: unknown;
  /** For the compiler only; no schema has it. */
  readonly "~type"?: T;
}

export type TypeOf<S> = S extends JsonSchema<infer T> ? T : never;

type SchemaFields = Readonly<Record<string, JsonSchema<unknown>>>;

type Required<F extends SchemaFields> = { readonly [K in keyof F]: TypeOf<F[K]> };
type Optional<F extends SchemaFields> = { readonly [K in keyof F]?: TypeOf<F[K]> };

/** An object with `fields`, with any of those in `optional`, and with no others. */
export function shape<F extends SchemaFields>(fields: F): JsonSchema<Required<F>>;
export function shape<F extends SchemaFields, O extends SchemaFields>(
  fields: F,
  optional: O,
): JsonSchema<Required<F> & Optional<O>>;
export function shape(fields: SchemaFields, optional?: SchemaFields): JsonSchema<unknown> {
  const properties = { ...fields, ...optional };
  return { type: "object", properties, required: Object.keys(fields), additionalProperties: false };
}

export function listOf<T>(items: JsonSchema<T>): JsonSchema<readonly T[]> {
  return { type: "array", items };
}

export function oneOf<const T extends string>(...values: readonly T[]): JsonSchema<T> {
  return { type: "string", enum: values };
}

export function orNull<T>(schema: JsonSchema<T>): JsonSchema<T | null> {
  return { anyOf: [schema, { type: "null" }] };
}

export function described<T>(description: string, schema: JsonSchema<T>): JsonSchema<T> {
  return { ...schema, description };
}
