/** The expressions of workflows, evaluated by GitHub's own library. */
import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";

/** What an expression may name, such as `github` and `needs`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How the steps or jobs before this one ended. */
export type Status = "success" | "failure" | "cancelled";

/** The value of `text` with every `${{ … }}` in it replaced; one that is nothing but an expression keeps its type. */
export function evaluate(text: string, contexts: Contexts, status: Status = "success"): unknown {
  const whole = /^\$\{\{(?<inner>(?:(?!\}\}).)*)\}\}$/s.exec(text.trim())?.groups?.["inner"];
  if (whole !== undefined) return evaluateExpression(whole, contexts, status);
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, inner: string) =>
    asText(evaluateExpression(inner, contexts, status)),
  );
}

/** Whether something with this `if` runs. Without a status function, only where nothing has failed. */
export function evaluateIf(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const text = (condition ?? "success()").replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const asked = /\b(always|success|failure|cancelled)\s*\(/.test(text) ? text : `success() && (${text})`;
  const value = evaluateExpression(asked, contexts, status);
  return value !== false && value !== null && value !== "" && value !== 0;
}

export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function evaluateExpression(text: string, contexts: Contexts, status: Status): unknown {
  const names = Object.keys(contexts);
  const functions = statusFunctions(status);
  const { tokens } = new Lexer(text.trim()).lex();
  const tree = new Parser(tokens, names, [...functions.values()]).parse();
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const all = new Map([...Object.entries(wellKnownFunctions), ...functions]);
  const value = new Evaluator(tree, dictionary, all).evaluate();
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown;
}

function statusFunctions(status: Status): Map<string, (typeof wellKnownFunctions)[string]> {
  const answers = {
    always: true,
    success: status === "success",
    failure: status === "failure",
    cancelled: status === "cancelled",
  };
  return new Map(
    Object.entries(answers).map(([name, answer]) => [
      name,
      { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) },
    ]),
  );
}
