import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** A worker loads the program once for all its files, so each test must restore the global state that it changes. */
const TESTS = [
  { extends: true as const, test: { name: "all", include: ["test/**/*.test.ts"], isolate: false } },
];

/** Drawn where PICTURES names a folder for them, and looked at by people. */
const PICTURES = [
  { extends: true as const, test: { name: "pictures", include: ["test/e2e/github/pictures.ts"] } },
];

/** Some packages have a second form for development, which checks itself at every step and takes twice the time. */
const AS_USERS_LOAD_THEM: Plugin = {
  name: "as-users-load-them",
  configResolved({ ssr, environments }) {
    for (const { resolve } of [ssr, ...Object.values(environments)]) {
      if (!resolve?.conditions) continue;
      resolve.conditions = resolve.conditions.filter((name) => name !== "development|production");
    }
  },
};

export default defineConfig({
  // Else every source map that a package points at and doesn't ship is a line of its own.
  logLevel: "error",
  plugins: [AS_USERS_LOAD_THEM],
  test: {
    projects: process.env["PICTURES"] === undefined ? TESTS : PICTURES,
    globalSetup: ["scripts/generate.js", "test/setup/folder.ts"],
    setupFiles: ["test/setup/seed.ts"],
    // As many as a small machine has processors; by itself vitest leaves one of them idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // It imports JSON in a way that Node itself refuses.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
  },
});
