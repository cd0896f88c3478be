/** The line to a sandbox: it brings every request there, and may lose an answer on the way back. */
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/**
 * The sandbox at the end of a line that ends with its test. `loses` is asked once a request ("METHOD /path") is
 * done and not yet answered; what it does itself is done by then.
 */
export async function startLine(sandbox: Sandbox, loses: (request: string) => boolean): Promise<Sandbox> {
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    const onward = request(new URL(url, sandbox.url), { method, headers }, (answer: IncomingMessage) => {
      if (loses(`${method} ${url}`)) {
        answer.resume();
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { ...sandbox, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
