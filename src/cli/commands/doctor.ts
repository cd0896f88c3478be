/** `doctor`: checks what plan and apply need, one line for each check. */
import { examine } from "../../doctor/doctor.ts";
import type { Examined } from "../../doctor/text.ts";
import { doctorJson, doctorText, isAnythingWrong } from "../../doctor/text.ts";
import type { Credentials } from "../../genesys/credentials.ts";
import type { TargetOptions } from "../options.ts";
import { startOwnSandbox } from "../own-sandbox.ts";
import type { Terminal } from "../terminal.ts";

interface DoctorCommandOptions extends TargetOptions {
  readonly format: "text" | "json";
}

/** Exit code 1 for a failed check; a warning is not one. */
export async function doctorCommand(options: DoctorCommandOptions, terminal: Terminal): Promise<number> {
  const sections = await examineAll(options, terminal);
  if (options.format === "json") terminal.out(doctorJson(sections));
  else terminal.show(doctorText(sections, terminal.paint));
  return isAnythingWrong(sections) ? 1 : 0;
}

async function examineAll(options: DoctorCommandOptions, terminal: Terminal): Promise<readonly Examined[]> {
  const { sandbox: dialect, format: _, ...rest } = options;
  const look = (sandbox?: Credentials): Promise<readonly Examined[]> =>
    examine({
      ...rest,
      ...(sandbox && { sandbox }),
      env: terminal.env,
      nodeVersion: process.versions.node,
      remember: (secret) => {
        terminal.remember(secret);
      },
      onStep: (what) => {
        terminal.status(what);
      },
    });
  if (!dialect) return look();
  const sandbox = await startOwnSandbox(dialect);
  const { url, clientId, clientSecret } = sandbox;
  try {
    return await look({ clientId, clientSecret, apiUrl: url, loginUrl: url });
  } finally {
    await sandbox.close();
  }
}
