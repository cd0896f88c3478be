/** The commands in the documents, run as they stand there, in a repository that holds the example. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanEnv, git, temporaryDirectory } from "../ledger/repositories.ts";
import { environmentOf, startOrganisation } from "../support/organisation.ts";
import { installNpx, openShell } from "../support/package.ts";
import { exampleSeed } from "../../src/sandbox/example.ts";

/** The shell blocks of a page that run the program, each as one script. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(import.meta.dirname, "../..", page), "utf8");
  // "Adopt it" has a test of its own.
  return [...text.replace(/^## Adopt it.*?^## /ms, "").matchAll(/^ *```sh\n(.*?)^ *```/gms)]
    .map(([, block = ""]) => block)
    .filter((block) => block.includes("genesys-skills"));
}

/** Serves until it is interrupted, so that it is only asked to begin. */
const SERVER = /^npx genesys-skills (?:serve|sandbox)\b/;

test("every block that runs the program does so, in the order of the pages", async () => {
  // Another organisation than the one of --sandbox, which is filled with the example too.
  const organization = { ...exampleSeed.organization, id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c0b0" };
  const sandbox = await startOrganisation({ seed: { ...exampleSeed, organization } });
  const folder = temporaryDirectory();
  git(folder, "init", "--quiet", "--initial-branch=main", "--template=");
  const path = `${await installNpx()}:${process.env["PATH"] ?? ""}`;
  const identity = { GIT_AUTHOR_NAME: "Ann", GIT_AUTHOR_EMAIL: "ann@example.com" };
  const committer = { GIT_COMMITTER_NAME: "Ann", GIT_COMMITTER_EMAIL: "ann@example.com" };
  const env = cleanEnv({ ...environmentOf(sandbox), ...identity, ...committer, PATH: path });
  const shell = openShell(folder, env);
  await shell.run(
    "mkdir .git/hooks && npx genesys-skills init --example && git add . && git commit -qm Example && npx genesys-skills apply --yes",
  );

  const blocks = ["README.md", "docs/sandbox.md", "docs/reference.md"].flatMap(blocksOf);
  expect(blocks.length).toBeGreaterThan(4);
  for (const block of blocks) {
    const [servers, lines] = [true, false].map((isServer) =>
      block.split("\n").filter((line) => SERVER.test(line) === isServer),
    );
    const yes = lines?.map((line) => line.replace(/^(npx genesys-skills apply .*)$/, "$1 --yes"));
    await shell.run(`set -e\n${yes?.join("\n") ?? ""}`);
    for (const line of servers ?? []) {
      const words = line.replace(/ +#.*$/, "").replace(/ --port \d+/, "");
      await shell.run(`${words} --port 0 > said & server=$!
        until grep -q 'http://' said; do kill -0 $server; done
        kill -INT $server && wait $server || test $? = 130`);
    }
  }
  // The hook that the reference writes takes the example, and refuses what is wrong.
  await shell.run("git add . && git commit --quiet --allow-empty -m Sound");
  await expect(
    shell.run("echo 'skills: [{ nam: A }]' > skills/wrong.yaml && git add . && git commit -qm Wrong"),
  ).rejects.toThrow();
}, 240_000);
