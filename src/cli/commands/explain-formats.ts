/** The forms that `explain` prints; apart from the command, so that the help needn't load it. */
export const EXPLAIN_FORMATS = ["text", "json"] as const;
export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];
