// Which stops of a reading path have been read on this device; nothing leaves it.
import say, { fill } from "./say.js";

const D = document, NAME = "ff-read";
const load = () => {
  try {
    return new Set(JSON.parse(localStorage.getItem(NAME) ?? "[]"));
  } catch {
    return new Set();
  }
};
const save = (read) => {
  try {
    localStorage.setItem(NAME, JSON.stringify([...read].slice(-2000)));
  } catch {}
};
const page = (address) => new URL(address, location.href).pathname.replace(/index\.html$/, "");

/** The page that is shown has been read. */
export const read = () => save(load().add(page(location.href)));

/** On a path: ticks, and the way to the next stop. */
export function start() {
  const stops = [...D.querySelectorAll(".stops > li")];
  const read = load(), boxes = [];
  const status = D.querySelector(".progress");
  const tell = () => {
    if (!status) return;
    const done = boxes.filter(({ box }) => box.checked).length, next = boxes.find(({ box }) => !box.checked);
    status.replaceChildren(fill(say.progress, { n: done, of: boxes.length }));
    if (done && next) status.append(" · ", say.resume, " ", Object.assign(D.createElement("a"), { href: next.link.href, textContent: next.link.textContent }));
  };
  for (const stop of stops) {
    const link = stop.querySelector("h2 a");
    if (!link) continue;
    const box = Object.assign(D.createElement("input"), { type: "checkbox", checked: read.has(page(link.href)) });
    box.addEventListener("change", () => {
      const read = load();
      if (box.checked) read.add(page(link.href));
      else read.delete(page(link.href));
      save(read);
      tell();
    });
    const label = Object.assign(D.createElement("label"), { className: "tick" });
    label.append(box, say.read);
    box.setAttribute("aria-label", `${say.read}: ${link.textContent}`);
    (stop.querySelector(".facts") ?? stop.querySelector("div")).append(label);
    boxes.push({ box, link });
  }
  tell();
}
