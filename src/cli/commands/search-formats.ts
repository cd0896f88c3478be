/** The forms in which `search` prints; apart from what renders them, so that the help needn't load that. */
export const SEARCH_FORMATS = ["text", "json"] as const;
export type SearchFormat = (typeof SEARCH_FORMATS)[number];
