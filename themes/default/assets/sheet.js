// A term that is tapped shows its definition from below, with the way to the glossary.
import { cardOf, told } from "./preview.js";
import say from "./say.js";

let sheet;

/** Shows the definition that a link leads to. */
export async function show(link) {
  const found = await cardOf(link);
  if (!found) return void (location.href = link.href);
  if (!sheet) {
    sheet = Object.assign(document.createElement("dialog"), { className: "sheet" });
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
    document.body.append(sheet);
  }
  const open = Object.assign(document.createElement("a"), { href: link.href, textContent: say.open });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: say.close });
  close.addEventListener("click", () => sheet.close());
  sheet.setAttribute("aria-label", found.title);
  const ways = document.createElement("p");
  ways.append(open, close);
  sheet.replaceChildren(...told(found), ways);
  sheet.showModal();
}
