// Keeps the page as the files say, while `fourfold serve` runs.
//
// The server says that something has changed, not what. The page asks for itself again: if it is the same, nothing
// happens; if not, it is changed in place. Then it asks how things stand, for the overlay and the author bar.

import { Bar } from "./bar.js";
import { Twin } from "./morph.js";
import { Overlay } from "./overlay.js";

const bar = new Bar();
const overlay = new Overlay(bar.root);
bar.onproblems = () => overlay.open();

/** What stands for the page as it was loaded. */
let tag = document.querySelector("script[data-fourfold]")?.dataset.fourfold;
let twin = null;
let standing = null;

function get(address, type, known) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = type;
    if (known) request.setRequestHeader("If-None-Match", known);
    request.onload = () => resolve(request);
    request.onerror = request.onabort = () => reject(new Error(address));
    request.send();
  });
}

async function syncPage() {
  const answer = await get(location.pathname + location.search, "document", twin ? `"${tag}"` : null);
  if (answer.status === 304) return;
  const fresh = (answer.getResponseHeader("ETag") ?? "").replaceAll('"', "");
  const source = answer.response;
  if (twin && fresh === tag) return;
  if (!source || answer.status >= 500 || (!twin && fresh !== tag)) return location.reload();
  if (!twin) {
    twin = new Twin(document, source);
    return;
  }
  const changed = twin.become(source);
  if (!changed) return location.reload();
  tag = fresh;
  glow(changed);
  document.dispatchEvent(new CustomEvent("fourfold:patched", { detail: { changed: changed.length } }));
}

async function syncStanding() {
  const page = encodeURIComponent(decodeURIComponent(location.pathname));
  const answer = await get(`/.fourfold/status.json?page=${page}`, "json", standing && `"${standing}"`);
  if (answer.status !== 200 || !answer.response) return;
  standing = (answer.getResponseHeader("ETag") ?? "").replaceAll('"', "");
  bar.show(answer.response);
  overlay.show(answer.response);
}

let running = false;
let again = false;

async function sync() {
  again = true;
  if (running) return;
  running = true;
  while (again) {
    again = false;
    try {
      await syncPage();
      await syncStanding();
    } catch {
      // The server is gone for the moment; the stream tells when it is back.
    }
  }
  running = false;
}

const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, h5, h6, blockquote, figure, pre, table, details, section, aside, .claim";

/** Lets what has changed in the text light up once. */
function glow(changed) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const text = document.querySelector("main");
  const near = (node) => (node.querySelector(BLOCKS) ? node : (node.closest(BLOCKS) ?? node));
  const blocks = new Set(changed.filter((node) => node !== text && text?.contains(node)).map(near));
  for (const block of [...blocks].slice(0, 20)) {
    if ([...blocks].some((other) => other !== block && block.contains(other))) continue;
    const colour = "color-mix(in srgb, #f5b301 35%, transparent)";
    const frames = still
      ? [{ outline: `2px solid ${colour}` }, { outline: `2px solid ${colour}` }]
      : [{ backgroundColor: colour }, { backgroundColor: "transparent" }];
    block.animate(frames, { duration: 1600, easing: "ease-out" });
  }
}

let stream = null;

function listen() {
  stream?.close();
  stream = new EventSource("/.fourfold/events");
  stream.onmessage = () => sync();
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
}

// A browser has few connections to one host, so only a page that is looked at holds one.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") listen();
  else stream?.close();
});
addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", (event) => event.persisted && listen());
if (document.visibilityState === "visible") listen();
