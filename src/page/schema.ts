/** JSON Schemas that know the TypeScript type of what they describe, so that both have one definition. */

/** `T` is the type of the values that the schema accepts. */
export interface Schema<T> {
  readonly [keyword: string]: unknown;
  /** For the compiler only; no schema has it. */
  readonly "~type"?: T;
}

export type TypeOf<S> = S extends Schema<infer T> ? T : never;

type Fields = Readonly<Record<string, Schema<unknown>>>;

type Required<F extends Fields> = { readonly [K in keyof F]: TypeOf<F[K]> };
type Optional<F extends Fields> = { readonly [K in keyof F]?: TypeOf<F[K]> };

/** An object with `fields`, with any of those in `optional`, and with no others. */
export function shape<F extends Fields>(fields: F): Schema<Required<F>>;
export function shape<F extends Fields, O extends Fields>(
  fields: F,
  optional: O,
): Schema<Required<F> & Optional<O>>;
export function shape(fields: Fields, optional?: Fields): Schema<unknown> {
  const properties = { ...fields, ...optional };
  return { type: "object", properties, required: Object.keys(fields), additionalProperties: false };
}

export function listOf<T>(items: Schema<T>): Schema<readonly T[]> {
  return { type: "array", items };
}

export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  return { type: "string", enum: values };
}

export function orNull<T>(schema: Schema<T>): Schema<T | null> {
  return { anyOf: [schema, { type: "null" }] };
}

export function described<T>(description: string, schema: Schema<T>): Schema<T> {
  return { ...schema, description };
}
