/** What GitHub's own parser says of the workflows: their keys, their types and every name in their expressions. */
import { readdirSync, readFileSync } from "node:fs";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { expect, test } from "vitest";

const FOLDER = ".github/workflows";

async function complaintsOf(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

test.each(readdirSync(FOLDER))("GitHub can read %s", async (name) => {
  expect(await complaintsOf(name, readFileSync(`${FOLDER}/${name}`, "utf8"))).toEqual([]);
});

test.each([
  ["a key", "on: push\njobs: { a: { runs-on: x, stepss: [] } }"],
  ["a name", "on: push\njobs: { a: { runs-on: x, if: '${{ githb.x }}', steps: [{ run: x }] } }"],
  ["a job", "on: push\njobs: { a: { runs-on: x, needs: b, steps: [{ run: x }] } }"],
])("%s that GitHub doesn't know would be found", async (_, wrong) => {
  expect(await complaintsOf("wrong.yml", wrong)).toHaveLength(1);
});
