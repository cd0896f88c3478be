/** Asks a question on a terminal. */
import { createInterface } from "node:readline/promises";

export interface QuestionStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/** The answer's line; null where the question was left by Ctrl-C or Ctrl-D. */
export async function ask(question: string, { stdin, stdout }: QuestionStreams): Promise<string | null> {
  const prompt = createInterface({ input: stdin, output: stdout });
  try {
    // Which of the two tells that it was left depends on the version of Node.js.
    const left = new Promise<null>((resolve) => prompt.once("close", () => resolve(null)));
    return await Promise.race([prompt.question(question), left]);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return null;
    throw error;
  } finally {
    prompt.close();
  }
}
