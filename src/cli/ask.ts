/** Asks a question on a terminal. */
import { createInterface } from "node:readline/promises";
import { interruption } from "./interrupt.ts";

export interface QuestionStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/** The answer's line; null where the question was left by Ctrl-D. Throws Failure INTERRUPTED after Ctrl-C. */
export async function ask(question: string, { stdin, stdout }: QuestionStreams): Promise<string | null> {
  const prompt = createInterface({ input: stdin, output: stdout });
  const interrupted = new AbortController();
  try {
    prompt.once("SIGINT", () => {
      interrupted.abort();
      prompt.close();
    });
    // Which of the two tells that it was left depends on the version of Node.js.
    const left = new Promise<null>((resolve) => prompt.once("close", () => resolve(null)));
    const answer = await Promise.race([prompt.question(question).catch(endOfInput), left]);
    if (answer === null) stdout.write("\n");
    if (interrupted.signal.aborted) throw interruption();
    return answer;
  } finally {
    prompt.close();
  }
}

function endOfInput(error: unknown): null {
  if (error instanceof Error && error.name === "AbortError") return null;
  throw error;
}
