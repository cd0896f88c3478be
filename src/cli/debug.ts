/** `--debug`: a line for each HTTP request, from the diagnostics channels of Node.js. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { printable } from "../text.ts";
import type { Terminal } from "./terminal.ts";

interface HttpEvent {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: NodeJS.ErrnoException;
}

const [START, FINISH, ERROR] = [
  "http.client.request.start",
  "http.client.response.finish",
  "http.client.request.error",
] as const;

/** Prints `GET api.example.com/api/v2/users?… 200 41 ms` to standard error, without body or headers. Returns a function that stops it. */
export function traceRequests(terminal: Terminal): () => void {
  const started = new WeakMap<ClientRequest, number>();
  const onStart = (event: unknown): void => {
    started.set((event as HttpEvent).request, performance.now());
  };
  const onEnd = (event: unknown): void => {
    const { request, response, error } = event as HttpEvent;
    const outcome = response?.statusCode ?? error?.code ?? "failed";
    const time = Math.round(performance.now() - (started.get(request) ?? performance.now()));
    const where = `${String(request.getHeader("host"))}${request.path}`;
    terminal.err(`${request.method} ${printable(where)} ${outcome} ${time} ms\n`);
  };
  subscribe(START, onStart);
  for (const name of [FINISH, ERROR]) subscribe(name, onEnd);
  return () => {
    unsubscribe(START, onStart);
    for (const name of [FINISH, ERROR]) unsubscribe(name, onEnd);
  };
}
