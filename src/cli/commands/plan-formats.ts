/** The forms that `plan` prints; apart from the command, so that the help needn't load it. */
export const PLAN_FORMATS = ["text", "markdown", "json"] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];
