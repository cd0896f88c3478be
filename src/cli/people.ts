/** Finds the e-mail of a person whose display name is in the YAML. */
import { emptyDesired } from "../desired/load.ts";
import { hasNamedTargets } from "../desired/targets.ts";
import { groupBy } from "../group-by.ts";
import { ApiError } from "../http/error.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import { byText, foldName } from "../text.ts";
import type { TargetOptions } from "./options.ts";
import { openTargetFor } from "./target.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The error with the e-mail at each problem about a display name; the same error if the organisation can't be
 * searched. One search for up to 100 names.
 */
export async function withEmails(
  error: unknown,
  options: TargetOptions,
  terminal: Terminal,
): Promise<unknown> {
  if (!(error instanceof Failure)) return error;
  const names = error.problems.flatMap(({ displayName }) => displayName ?? []);
  if (names.length === 0) return error;
  const emails = await findEmails([...new Set(names)], options, terminal).catch((reason: unknown) => {
    if (reason instanceof Failure || reason instanceof ApiError) return null;
    throw reason;
  });
  if (emails === null) return error;
  return new Failure(
    error.problems.map((problem) => withEmail(problem, emails)),
    error.exitCode,
  );
}

/** E-mails by folded name. Invalid YAML has no settings, so the kind of API is detected. */
async function findEmails(
  names: readonly string[],
  options: TargetOptions,
  terminal: Terminal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { target, sandbox } = options;
  const hasTargets = !sandbox && (await hasNamedTargets(options.dir));
  const { desired } = emptyDesired(target);
  const named = hasTargets ? { named: target ?? "" } : {};
  const opened = await openTargetFor(desired, { ...options, ...named }, terminal);
  try {
    const { entities } = await opened.connection.reader.usersByName(names);
    const named = groupBy(entities, ({ name }) => foldName(name));
    return new Map([...named].map(([name, users]) => [name, users.map(({ email }) => email).sort(byText)]));
  } finally {
    await opened.close();
  }
}

function withEmail(problem: Problem, emails: ReadonlyMap<string, readonly string[]>): Problem {
  const { displayName, hint = "" } = problem;
  if (displayName === undefined) return problem;
  const [first, ...others] = emails.get(foldName(displayName)) ?? [];
  if (first === undefined) {
    return { ...problem, hint: `No active user of the organisation has this name. ${hint}` };
  }
  return {
    ...problem,
    hint:
      others.length === 0
        ? `This is the name that Genesys shows. Write the e-mail: ${first}.`
        : `${others.length + 1} active users have this name. Write the e-mail of the right one: ${[first, ...others].join(", ")}.`,
  };
}
