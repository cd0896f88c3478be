/** Commands for the runner of GitHub Actions, and a log in which nothing else is one. Every command loads this. */

/** `text` for the log of a workflow, where a line such as `::error::` in somebody's name would be obeyed. */
export function disarm(text: string): string {
  return text.replace(/^(\s*:):/gm, "$1 :").replaceAll("##[", "# #[");
}

/** Has the runner replace the secret by *** in every log of the job from now on. */
export function maskCommand(secret: string): string {
  return commandLine("add-mask", secret);
}

/** The toolkit could write such a line to standard output alone, where it might land in a file. */
export function commandLine(
  name: string,
  message: string,
  properties: Readonly<Record<string, string | number>> = {},
): string {
  const escaped = (text: string): string =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const given = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`,
  );
  return `::${[name, ...(given.length > 0 ? [given.join(",")] : [])].join(" ")}::${escaped(message)}\n`;
}
