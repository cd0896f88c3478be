/** `doctor`: what is missing for plan and apply to work, line by line. */
import type { Section } from "../../doctor/doctor.ts";
import { examine } from "../../doctor/doctor.ts";
import { doctorJson, doctorText, isAnythingWrong } from "../../doctor/text.ts";
import type { Credentials } from "../../genesys/credentials.ts";
import type { TargetOptions } from "../options.ts";
import { startOwnSandbox } from "../own-sandbox.ts";
import type { Terminal } from "../terminal.ts";
import type { DoctorFormat } from "./doctor-formats.ts";

export interface DoctorCommandOptions extends TargetOptions {
  readonly format: DoctorFormat;
}

/** Exit code 1 where anything is wrong; warnings are not. */
export async function doctorCommand(options: DoctorCommandOptions, terminal: Terminal): Promise<number> {
  const sections = await examineAll(options, terminal);
  terminal.show(options.format === "json" ? doctorJson(sections) : doctorText(sections, terminal.paint));
  return isAnythingWrong(sections) ? 1 : 0;
}

async function examineAll(options: DoctorCommandOptions, terminal: Terminal): Promise<readonly Section[]> {
  const { sandbox: dialect, format: _, ...rest } = options;
  const look = (sandbox?: Credentials): Promise<readonly Section[]> =>
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
