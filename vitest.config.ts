import { defineConfig } from "vitest/config";

/** Their tests call functions and change nothing that others see, so that a worker loads the program only once. */
const PURE = ["desired", "genesys", "import", "live", "plan", "report"].map(
  (name) => `test/${name}/**/*.test.ts`,
);

export default defineConfig({
  // Else every source map that a package points at and doesn't ship is a line of its own.
  logLevel: "error",
  test: {
    projects: [
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"], exclude: PURE } },
    ],
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
