/** A reader of a scripted server; both end with their test. */
import { onTestFinished } from "vitest";
import type { Reader } from "../../src/genesys/reader.ts";
import { createReader } from "../../src/genesys/reader.ts";
import { createTransport } from "../../src/genesys/transport.ts";
import type { Reply, ScriptedServer, Seen } from "./scripted-server.ts";
import { startScripted } from "./scripted-server.ts";
import { createTestClock } from "../http/test-clock.ts";

export async function readerOf(
  reply: (seen: Seen) => Reply | undefined,
): Promise<{ server: ScriptedServer; reader: Reader }> {
  const server = await startScripted(reply);
  const transport = createTransport({
    credentials: server.credentials,
    requestsPerMinute: 6000,
    clock: createTestClock(),
    deadlineSeconds: 900,
    onWait: () => undefined,
    remember: () => undefined,
  });
  onTestFinished(async () => {
    transport.close();
    await server.close();
  });
  return { server, reader: createReader(transport, "cloud", (work) => work()) };
}
