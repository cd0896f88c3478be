/** Asks a question on a terminal. */
import { createInterface } from "node:readline/promises";
import { interruption } from "./interrupt.ts";

interface QuestionStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/** The line of the answer; null after Ctrl-D. Throws Failure INTERRUPTED after Ctrl-C. */
export async function ask(question: string, { stdin, stdout }: QuestionStreams): Promise<string | null> {
  const prompt = createInterface({ input: stdin, output: stdout });
  const interrupted = new AbortController();
  try {
    prompt.once("SIGINT", () => {
      interrupted.abort();
      prompt.close();
    });
    // The version of Node.js decides which of the two reports Ctrl-D.
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
