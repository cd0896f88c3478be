import { defineConfig } from "vitest/config";

export default defineConfig({
  // Else every source map that a package points at and doesn't ship is a line of its own.
  logLevel: "error",
  test: {
    include: [process.env.PICTURES === undefined ? "test/**/*.test.ts" : "test/e2e/github/pictures.ts"],
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
