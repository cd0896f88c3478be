/** The examples under a command's help. */
export function examples(...commands: readonly string[]): string {
  const lines = commands.map((command) => `  $ genesys-skills ${command}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}
