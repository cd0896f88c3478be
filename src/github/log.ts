/** Commands for the runner of GitHub Actions, and text in which the runner finds none. Every command loads this. */

/** `text` for the log of a workflow, without lines such as `::error::` that the runner would execute. */
export function disarm(text: string): string {
  return text.replace(/^(\s*:):/gm, "$1 :").replaceAll("##[", "# #[");
}

/** Makes the runner replace the secret with *** in all later logs of the job. */
export function maskCommand(secret: string): string {
  return commandLine("add-mask", secret);
}

/** A command for the runner. The toolkit could only write it to standard output, which may be redirected to a file. */
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
