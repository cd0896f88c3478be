/** The script's tools: elements made of text only, requests, and words that several views use. */

import { UNPRINTABLE } from "../text.ts";

export const SCRIPT_BASE = String.raw`
const byId = (id) => document.getElementById(id);
const main = byId("main");
const box = byId("q");
const found = byId("found");

// Children are elements or text; nothing is ever read as markup.
const make = (tag, about, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(about || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
};
// Characters that could hide a part of a name or turn it around are shown by their code.
const printable = (text) => text.replace(/${UNPRINTABLE.source}/gu, (char) => "\\u{" + char.codePointAt(0).toString(16) + "}");
const name = (text) => make("bdi", {}, printable(text));
const count = (number, one, many) => grouped(number) + " " + (number === 1 ? one : many || one + "s");
const grouped = (number) => number.toLocaleString("en");
const place = ({ file, line, revision }) => file + ":" + line + (revision ? " at " + revision.slice(0, 7) : "");
const skillLink = (key, ...children) => make("a", { href: "#/skill/" + encodeURIComponent(key) }, ...children);
const heading = (...words) => make("h1", { tabindex: -1 }, ...words);

const badge = (coverage, missing) => {
  if (missing) return make("span", { class: "badge" }, "not created yet");
  if (coverage === "none") return make("span", { class: "badge none" }, "nobody");
  return coverage === "thin" ? make("span", { class: "badge thin" }, "thin") : null;
};

// ── Requests ─────────────────────────────────────────────────────────────────

let token = sessionStorage.getItem("token");

class Refused extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const request = async (path, signal) => {
  const headers = token ? { Authorization: "Bearer " + token } : {};
  let response;
  try {
    response = await fetch(path, { headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The server can't be reached. Perhaps it has been stopped.", 5);
  }
  if (response.ok) return response;
  const facts = await response.json().catch(() => null);
  const message = facts && facts.error ? facts.error.message : "The server answered with " + response.status + ".";
  throw new Refused(response.status, message, Number(response.headers.get("Retry-After")) || undefined);
};
const ask = async (path, signal) => (await request(path, signal)).json();

// ── Views ────────────────────────────────────────────────────────────────────

// Requests of the view that is shown; the next view gives them up.
let current = new AbortController();
let retry;

const begin = () => {
  current.abort();
  clearTimeout(retry);
  current = new AbortController();
  return current.signal;
};

const show = (title, ...children) => {
  document.title = title ? printable(title) + " – Skills" : "Skills";
  main.replaceChildren(...children.flat(Infinity).filter(Boolean));
};

// Runs a view; what fails is told in its place, and tried again where that may help.
const run = async (view, again) => {
  const signal = begin();
  main.setAttribute("aria-busy", "true");
  try {
    await view(signal);
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401) return askForToken();
    found.textContent = "";
    show("", heading(error.status === 404 ? "Not found" : error.status === 503 ? "Nothing to show yet" : "That didn't work"),
      make("p", { role: "alert" }, error.message));
    if (error.retryAfter) retry = setTimeout(again, error.retryAfter * 1000);
    if (!(error instanceof Refused)) throw error;
  } finally {
    if (!signal.aborted) main.removeAttribute("aria-busy");
  }
};

const askForToken = () => {
  const field = make("input", { id: "token", type: "password", autocomplete: "off", required: true });
  const form = make("form", { class: "token", on: { submit: (event) => {
    event.preventDefault();
    token = field.value.trim();
    sessionStorage.setItem("token", token);
    refreshAge();
    route(true);
  } } }, make("label", { for: "token" }, "Token"), field, make("button", {}, "Continue"));
  show("Token", heading("This server asks for a token"),
    make("p", {}, token ? "That token is not the one. " : "", "Ask the person who started the server."), form);
  field.focus();
};

// A list that grows by a page at a time; the reader goes on at the first new one.
const growing = (list, path, total, toItem) => {
  let page = 1;
  const button = make("button", { type: "button", class: "more", on: { click: async () => {
    button.disabled = true;
    try {
      const next = await ask(path(page + 1), current.signal);
      page++;
      const items = next.entities.map(toItem);
      list.append(...items);
      const link = items[0] && items[0].querySelector("a");
      if (link) link.focus();
      update();
    } catch (error) {
      if (error.name !== "AbortError") button.textContent = error.message + " Try again";
    }
    button.disabled = false;
  } } });
  const update = () => {
    const left = total - list.children.length;
    button.hidden = left <= 0;
    button.textContent = "Show more (" + grouped(left) + " left)";
  };
  update();
  return button;
};
`;
