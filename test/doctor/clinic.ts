/** What tests of the doctor share: its findings by name, and servers that are none of Genesys's. */
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import type { Facts, Finding, Section } from "../../src/doctor/check.ts";
import { runChecks } from "../../src/doctor/check.ts";
import type { CommandRun } from "../support/command.ts";
import { SECRET } from "../support/organisation.ts";
import { PERSON, TOKEN } from "../github/fake-github.ts";

export type Findings = Readonly<Record<string, Finding | undefined>>;

/** The findings of `doctor --format json`; checks as well what holds of every run. */
export function findingsIn({ exitCode, out, err, text }: CommandRun): Findings {
  for (const secret of [SECRET, TOKEN, PERSON.token]) expect(text).not.toContain(secret);
  expect(err).toBe("");
  const { ok, findings } = JSON.parse(out) as { readonly ok: boolean; readonly findings: readonly Finding[] };
  expect(exitCode).toBe(ok ? 0 : 1);
  expect(ok).toBe(findings.every(({ status }) => status !== "wrong"));
  expect(new Set(findings.map(({ check }) => check)).size).toBe(findings.length);
  for (const { status, hint, message } of findings) {
    if (status === "wrong" || status === "warning") expect(hint, message).toBeTruthy();
  }
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

/** The checks of a status, with their codes: `token LOGIN_REFUSED`. */
export function listOf(findings: Findings, status: Finding["status"]): string[] {
  return Object.values(findings)
    .filter((finding) => finding !== undefined)
    .filter((finding) => finding.status === status)
    .map(({ check, code }) => [check, ...(code === undefined ? [] : [code])].join(" "));
}

/** The findings of one section alone, of which the earlier ones have found out `facts`. */
export async function findingsOf(
  section: Section,
  { options, ...facts }: Omit<Partial<Facts>, "options"> & { readonly options?: Partial<Facts["options"]> },
): Promise<Findings> {
  const given = {
    dir: "skills",
    env: {},
    nodeVersion: process.versions.node,
    remember: () => undefined,
    ...options,
  };
  const findings = await runChecks(section, { reasons: new Map(), ...facts, options: given });
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

/** A server that ends with its test; its URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The URL of a port on which nobody listens. */
export async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  return url;
}
