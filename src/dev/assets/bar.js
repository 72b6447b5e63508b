// The author bar: which file this is, how long it is, what could be better, and how it looks elsewhere.

import { examine } from "./doctor.js";
import { element } from "./overlay.js";

export class Bar {
  /** Called when the number of problems is pressed. */
  onproblems = () => {};
  /** Where the tools of authors are drawn, apart from the page and its styles. */
  root;
  #facts = element("span", { class: "facts" });
  #state = element("span", { class: "state" });
  #problems = element("button", { type: "button", class: "problems", hidden: true });
  #hints = element("details", { class: "hints", hidden: true });
  #open = element("a", { hidden: true }, "Open file");

  constructor() {
    // Beside the body, so that nothing that happens to the page reaches it.
    const host = document.createElement("fourfold-dev");
    this.root = host.attachShadow({ mode: "open" });
    document.documentElement.append(host);
    this.#problems.addEventListener("click", () => this.onproblems());
    const looks = element("details", { class: "looks" }, element("summary", {}, "View as"), element("ul", {}, ...this.#looks()));
    this.root.append(
      element("link", { rel: "stylesheet", href: "/.fourfold/dev.css" }),
      element("div", { class: "bar", role: "region", "aria-label": "Author bar" }, this.#facts, this.#state, this.#problems, this.#hints, looks, this.#open),
    );
    for (const folded of this.root.querySelectorAll("details")) {
      folded.addEventListener("keydown", (event) => {
        if (event.key === "Escape") folded.open = false;
      });
    }
  }

  /** Shows how things stand. */
  show({ page, errors, warnings, problems }) {
    this.#facts.textContent = page ? `${page.file} · ${page.words} words · ${page.minutes} min` : location.pathname;
    this.#state.textContent = page ? (page.draft ? "Draft" : "Live") : "";
    this.#state.classList.toggle("draft", Boolean(page?.draft));
    const count = errors + warnings;
    this.#problems.hidden = count === 0;
    this.#problems.textContent = `⚠ ${count}`;
    this.#problems.setAttribute("aria-label", `${count} problem${count === 1 ? "" : "s"}: show`);
    this.#problems.classList.toggle("error", errors > 0);
    this.#open.hidden = !page?.open;
    if (page?.open) this.#open.href = page.open;
    this.#showHints(problems.filter((problem) => problem.here && problem.severity === "hint"));
  }

  #showHints(problems) {
    const remarks = examine(document);
    const count = problems.length + remarks.length;
    this.#hints.hidden = count === 0;
    const lines = problems.map(({ message, help }) => element("li", {}, message, help ? ` ${help}` : ""));
    for (const { node, message, help } of remarks) {
      const go = element("button", { type: "button" }, message);
      go.addEventListener("click", () => {
        node.scrollIntoView({ block: "center" });
        node.animate([{ outline: "3px solid #f5b301" }, { outline: "3px solid transparent" }], { duration: 2000 });
      });
      lines.push(element("li", {}, go, ` ${help}`));
    }
    this.#hints.replaceChildren(element("summary", {}, `${count} hint${count === 1 ? "" : "s"}`), element("ul", {}, ...lines));
  }

  #looks() {
    const page = document.documentElement;
    const sized = (width, height) => () => open(location.href, "_blank", `popup,width=${width},height=${height}`);
    const looks = [
      ["Phone", sized(390, 844)],
      ["Tablet", sized(820, 1180)],
      ["Print", () => print()],
      ["Dark or light", () => (page.style.colorScheme = getComputedStyle(page).colorScheme === "dark" ? "light" : "dark")],
      ["Right to left", () => (page.dir = page.dir === "rtl" ? "ltr" : "rtl")],
      ["Without scripts", () => open(`${location.pathname}?_ff-plain`, "_blank", "noopener")],
    ];
    return looks.map(([name, act]) => {
      const button = element("button", { type: "button" }, name);
      button.addEventListener("click", act);
      return element("li", {}, button);
    });
  }
}
