/** A gate on the way to a sandbox: it lets requests through until it is told to hold them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { cleanEnv } from "../ledger/repositories.ts";
import { environmentOf } from "./organisation.ts";

export interface Gate {
  /** The variables that point the program at the sandbox through this gate. */
  readonly env: NodeJS.ProcessEnv;
  /** How many requests have come so far. */
  readonly count: () => number;
  /** Holds the first request that `isMeant` and all that follow; resolves once it is held and no other is under way. */
  holdFrom(isMeant: (request: GateRequest) => boolean): Promise<void>;
  /** Does the nth request from now on, and answers neither it nor any later one; resolves once nothing is under way. */
  dieDuring(nth: number): Promise<void>;
  /** Lets through what is held, and what comes. */
  open(): void;
}

export interface GateRequest {
  readonly method: string;
  readonly path: string;
}

/** What becomes of a request: passed on and answered, passed on only, or kept for later. */
type Fate = "pass" | "swallow" | "hold";

export function isWrite({ method, path }: GateRequest): boolean {
  return method !== "GET" && !path.startsWith("/oauth/") && path !== "/api/v2/users/search";
}

/** A gate that is open, and ends with its test. */
export async function startGate(sandbox: Sandbox): Promise<Gate> {
  const passOn = passTo(new URL(sandbox.url));
  let judge: (request: GateRequest) => Fate = () => "pass";
  let held: (() => void)[] = [];
  let [count, underWay] = [0, 0];
  let isShut = false;
  let whenQuiet = (): void => undefined;

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse, fate: Fate): Promise<void> => {
    underWay++;
    await passOn(incoming, fate === "pass" ? outgoing : null);
    underWay--;
    tellQuiet();
  };
  const tellQuiet = (): void => {
    if (isShut && underWay === 0) whenQuiet();
  };
  /** Judges from now on; `shut` is called with what the gate shuts on. */
  const judgeBy = (next: (request: GateRequest, shut: () => void) => Fate): Promise<void> => {
    isShut = false;
    judge = (request) => next(request, () => (isShut = true));
    return new Promise((resolve) => {
      whenQuiet = resolve;
    });
  };
  const server = createServer((incoming, outgoing) => {
    count++;
    const fate = judge({ method: incoming.method ?? "", path: incoming.url ?? "" });
    if (fate === "hold") held.push(() => void pass(incoming, outgoing, "pass"));
    else void pass(incoming, outgoing, fate);
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
    count: () => count,
    holdFrom: (isMeant) =>
      judgeBy((request, shut) => {
        if (!isShut && !isMeant(request)) return "pass";
        shut();
        return "hold";
      }),
    dieDuring(nth) {
      const last = count + nth;
      return judgeBy((_, shut) => {
        if (count < last) return "pass";
        shut();
        return count === last ? "swallow" : "hold";
      });
    },
    open() {
      judge = () => "pass";
      for (const go of held) go();
      held = [];
    },
  };
}

/** Sends a request on, and its answer back where somebody waits for it; resolves once it is answered. */
function passTo({ hostname, port }: URL) {
  return (incoming: IncomingMessage, outgoing: ServerResponse | null): Promise<void> =>
    new Promise((resolve) => {
      const { method, url: path, headers } = incoming;
      const onward = send({ hostname, port, method, path, headers }, (answer) => {
        answer.on("close", resolve);
        outgoing?.writeHead(answer.statusCode ?? 500, answer.headers);
        if (outgoing) answer.pipe(outgoing);
        else answer.resume();
      });
      // The sandbox ended with its test, and so did whoever asked.
      onward.on("error", () => {
        incoming.destroy();
        resolve();
      });
      incoming.pipe(onward);
    });
}
