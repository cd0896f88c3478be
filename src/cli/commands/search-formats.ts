/** The formats of `search`, in their own file so that the help needn't load the renderer. */
export const SEARCH_FORMATS = ["text", "json"] as const;
export type SearchFormat = (typeof SEARCH_FORMATS)[number];
