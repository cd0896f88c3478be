/** What tests of the doctor share: its findings by name, and servers that are none of Genesys's. */
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import type { CheckName, Finding } from "../../src/doctor/finding.ts";
import type { CommandRun } from "../support/command.ts";
import { SECRET } from "../support/organisation.ts";
import { PERSON, TOKEN } from "../github/fake-github.ts";

export type Findings = Partial<Record<CheckName, Finding>>;

/** The findings of `doctor --format json`; checks as well what holds of every run. */
export function findingsIn({ exitCode, out, err, text }: CommandRun): Findings {
  for (const secret of [SECRET, TOKEN, PERSON.token]) expect(text).not.toContain(secret);
  expect(err).toBe("");
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
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
    .filter((finding) => finding.status === status)
    .map(({ check, code }) => [check, ...(code === undefined ? [] : [code])].join(" "));
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
