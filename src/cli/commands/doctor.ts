/** `doctor`: checks what plan and apply need, one line for each check. */
import { doctorJson, doctorText, examine, isAnythingWrong } from "../../doctor/doctor.ts";
import type { TargetOptions } from "../options.ts";
import { credentialsOf, startOwnSandbox } from "../own-sandbox.ts";
import type { Terminal } from "../terminal.ts";

interface DoctorCommandOptions extends TargetOptions {
  readonly format: "text" | "json";
}

/** Exit code 1 for a failed check; a warning is not one. */
export async function doctorCommand(
  { sandbox: dialect, format, ...options }: DoctorCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const sandbox = dialect && (await startOwnSandbox(dialect));
  try {
    const sections = await examine({
      ...options,
      ...(sandbox && { sandbox: credentialsOf(sandbox) }),
      env: terminal.env,
      nodeVersion: process.versions.node,
      remember: terminal.remember,
      onStep: terminal.status,
    });
    if (format === "json") terminal.out(doctorJson(sections));
    else terminal.show(doctorText(sections, terminal.paint));
    return isAnythingWrong(sections) ? 1 : 0;
  } finally {
    await sandbox?.close();
  }
}
