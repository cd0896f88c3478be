/** A gate on the way to a sandbox: it lets requests through until it is told to hold them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import { environmentOf } from "./organisation.ts";

export interface Gate {
  /** The variables that point the program at the sandbox through this gate. */
  readonly env: NodeJS.ProcessEnv;
  /** Holds the first request that `isMeant` and all that follow; resolves once it is held and no other is under way. */
  holdFrom(isMeant: (request: GateRequest) => boolean): Promise<void>;
  /** Lets through what is held, and what comes. */
  open(): void;
}

export interface GateRequest {
  readonly method: string;
  readonly path: string;
}

/** Whether the request may change the organisation. */
export function isWrite({ method, path }: GateRequest): boolean {
  return method !== "GET" && !path.startsWith("/oauth/") && path !== "/api/v2/users/search";
}

/**
 * A gate that is open, and ends with its test. With `look`, requests go through one at a time, and each time
 * that one is done and not yet answered, everything waits for `look`: what is there then is what a crash at
 * that instant would leave.
 */
export async function startGate(sandbox: Sandbox, look?: (nth: number) => Promise<void>): Promise<Gate> {
  let isMeantToHold: (request: GateRequest) => boolean = () => false;
  let held: (() => void)[] = [];
  let [count, underWay] = [0, 0];
  let isShut = false;
  let whenQuiet = (): void => undefined;
  let turn = Promise.resolve();

  const tellQuiet = (): void => {
    if (isShut && underWay === 0) whenQuiet();
  };
  const pass = async (
    incoming: IncomingMessage,
    body: Promise<Buffer>,
    outgoing: ServerResponse,
  ): Promise<void> => {
    underWay++;
    const answer = await sendOn(sandbox, incoming, await body);
    await look?.(++count);
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(await buffer(answer));
    underWay--;
    tellQuiet();
  };
  const server = createServer((incoming, outgoing) => {
    isShut ||= isMeantToHold({ method: incoming.method ?? "", path: incoming.url ?? "" });
    // What has left its sender arrives, though the sender may be dead by then.
    const body = buffer(incoming);
    if (isShut) held.push(() => void pass(incoming, body, outgoing));
    else if (look) turn = turn.then(() => pass(incoming, body, outgoing));
    else void pass(incoming, body, outgoing);
    tellQuiet();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    env: cleanEnv(environmentOf({ ...sandbox, url })),
    holdFrom(isMeant) {
      isMeantToHold = isMeant;
      return new Promise((resolve) => {
        whenQuiet = resolve;
      });
    },
    open() {
      isShut = false;
      isMeantToHold = () => false;
      for (const go of held) go();
      held = [];
    },
  };
}

function sendOn({ url }: Sandbox, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url: path, headers } = incoming;
    const onward = request(new URL(path ?? "", url), { method, headers }, resolve);
    onward.on("error", reject);
    onward.end(body);
  });
}
