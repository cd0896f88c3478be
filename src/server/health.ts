/** The answer of `/healthz`. */
import type { Health } from "./keeper.ts";
import type { About } from "./view.ts";

/** Without the token it says how old the snapshot is and that reading failed, and nothing of names and hosts. */
export function describeHealth(
  { failure, snapshot, ...health }: Health,
  isTrusted: boolean,
): Readonly<Record<string, unknown>> {
  return {
    ...health,
    readAt: snapshot && snapshot.readAt.toISOString(),
    failure: failure && {
      at: failure.at.toISOString(),
      code: failure.code,
      ...(isTrusted && { message: failure.message }),
    },
    ...(isTrusted && { snapshot: snapshot && describe(snapshot) }),
  };
}

function describe({ readAt: _, ...about }: About): Omit<About, "readAt"> {
  return about;
}
