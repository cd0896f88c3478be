/** What scripts/generate.js makes of `client/`: the page's script and its style. */
export const SCRIPT: string;
export const STYLE: string;
