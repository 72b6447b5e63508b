// Link previews: 300 ms of rest before one opens, 250 ms of grace before it closes; Esc closes; the card can be hovered.
import { card, file, warm } from "./search.js";
import say, { count } from "./say.js";

const D = document;
let box, timer, closing, current;

const base = new URL("..", new URL(".", import.meta.url)).pathname;
const address = (path) => decodeURIComponent(path).replace(/index\.html$/, "");

/** The card of the page that a link leads to, or nothing. */
export async function cardOf(link) {
  if (!link.pathname.startsWith(base)) return null;
  const { cards } = await warm(), wanted = address(link.pathname.slice(base.length));
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(wanted)) hash = Math.imul(hash ^ byte, 0x01000193);
  const rows = await file(`c/${(hash >>> 0) & (cards - 1)}.json`);
  const row = rows.find(([, href]) => address(href) === wanted);
  return row ? card(row) : null;
}

/** What a card says, as elements. */
export function told({ title, claim, kind, pillar, minutes, examples, who }) {
  const facts = [say.kinds[kind], who, minutes && kind !== "term" && kind !== "contributor" && count("minutes", minutes), examples && count("examples", examples)];
  return [["strong", title], ["p", claim], ["small", facts.filter(Boolean).join(" · ")]].filter(([, text]) => text).map(([name, text]) => {
    const element = D.createElement(name);
    element.textContent = text;
    element.dir = "auto";
    return element;
  });
}

function hide() {
  clearTimeout(timer);
  clearTimeout(closing);
  if (open()) box.hidePopover();
  current?.removeAttribute("aria-describedby");
  current = null;
}

function later() {
  clearTimeout(timer);
  clearTimeout(closing);
  closing = setTimeout(hide, 250);
}

async function show(link) {
  const found = await cardOf(link).catch(() => null);
  if (!found || current !== link) return;
  if (!box) {
    box = Object.assign(D.createElement("div"), { id: "_ff-preview", className: "preview", popover: "manual" });
    box.setAttribute("role", "tooltip");
    box.addEventListener("pointerenter", () => clearTimeout(closing));
    box.addEventListener("pointerleave", later);
    D.querySelector("main").append(box);
  }
  box.replaceChildren(...told(found));
  if (found.pillar) box.dataset.pillar = found.pillar;
  else delete box.dataset.pillar;
  link.setAttribute("aria-describedby", box.id);
  box.showPopover();
  const at = link.getClientRects()[0], { width, height } = box.getBoundingClientRect();
  const below = at.bottom + 8, y = below + height > innerHeight - 16 ? at.top - height - 8 : below;
  const start = getComputedStyle(link).direction === "rtl" ? at.right - width : at.left;
  box.style.setProperty("inset", `${Math.max(16, y)}px auto auto ${Math.max(16, Math.min(start, innerWidth - width - 16))}px`);
}

const open = () => box?.matches(":popover-open");

function enter(link) {
  clearTimeout(closing);
  if (link === current && open()) return;
  const delay = open() ? 100 : 300;
  hide();
  current = link;
  setTimeout(() => current === link && cardOf(link).catch(() => {}), 60);
  timer = setTimeout(() => show(link), delay);
}

/** A page that moves closes a preview; a link that is still pointed at afterwards is waited for anew. */
function moved() {
  if (!current || box?.matches(":hover")) return;
  if (!open() && current.matches(":hover, :focus")) enter(current);
  else later();
}

/** Watches the links of the page; the first has been entered already. */
export function start(first, wanted) {
  const off = () => {
    try {
      return localStorage.getItem("ff-previews") === "off";
    } catch {
      return false;
    }
  };
  const on = (event) => {
    const link = wanted(event);
    if (link && !off()) enter(link);
  };
  const leave = (event) => event.target.closest?.("a[href]") && later();
  D.addEventListener("pointerover", on);
  D.addEventListener("pointerout", leave);
  D.addEventListener("focusin", on);
  D.addEventListener("focusout", leave);
  D.addEventListener("click", hide);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("scroll", moved, { passive: true });
  const foot = D.querySelector(".foot ul");
  if (foot && !D.getElementById("_ff-previews")) {
    const button = Object.assign(D.createElement("button"), { id: "_ff-previews", type: "button" });
    const tell = () => (button.textContent = off() ? say.previews_off : say.previews_on);
    button.addEventListener("click", () => {
      try {
        if (off()) localStorage.removeItem("ff-previews");
        else localStorage.setItem("ff-previews", "off");
      } catch {}
      hide();
      tell();
    });
    tell();
    const item = D.createElement("li");
    item.append(button);
    foot.append(item);
  }
  if (!off()) enter(first);
}
