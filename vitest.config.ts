import { defineConfig } from "vitest/config";

/** Their tests call functions and change nothing that others see, so that a worker loads the program only once. */
const PURE = ["desired", "genesys", "import", "live", "plan", "report"].map(
  (name) => `test/${name}/**/*.test.ts`,
);

const TESTS = [
  { extends: true as const, test: { name: "pure", include: PURE, isolate: false } },
  { extends: true as const, test: { name: "whole", include: ["test/**/*.test.ts"], exclude: PURE } },
];

/** Drawn where PICTURES names a folder for them, and looked at by people. */
const PICTURES = [
  { extends: true as const, test: { name: "pictures", include: ["test/e2e/github/pictures.ts"] } },
];

export default defineConfig({
  // Else every source map that a package points at and doesn't ship is a line of its own.
  logLevel: "error",
  test: {
    projects: process.env["PICTURES"] === undefined ? TESTS : PICTURES,
    globalSetup: ["scripts/generate.js"],
    setupFiles: ["test/setup/seed.ts"],
    // As many as a small machine has processors; by itself vitest leaves one of them idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // It imports JSON in a way that Node itself refuses.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
  },
});
