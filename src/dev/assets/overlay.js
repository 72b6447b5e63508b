// Shows what is wrong over the last good page. Esc leads back to the text; the number in the author bar leads here again.

/** Makes an element with attributes and children; text is text, never markup. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SEEN = "fourfold-seen";

/** Remembering is a nicety: where the browser forbids it, everything is shown again. */
function memory(action) {
  try {
    return action(sessionStorage);
  } catch {
    return null;
  }
}

export class Overlay {
  #dialog;
  #list;
  #title;
  #standing = null;

  /** `root` is where it is drawn. */
  constructor(root) {
    this.#title = element("h2", { id: "title" });
    this.#list = element("div", { class: "list" });
    const close = element("button", { type: "button", class: "close", "aria-label": "Close and read on" }, "Esc ✕");
    close.addEventListener("click", () => this.#dialog.close());
    this.#dialog = element(
      "dialog",
      { role: "alertdialog", "aria-labelledby": "title", tabindex: "-1" },
      element("header", {}, this.#title, close),
      this.#list,
    );
    this.#dialog.addEventListener("close", () => memory((store) => store.setItem(SEEN, this.#standing?.signature ?? "")));
    root.append(this.#dialog);
  }

  /** Shows how things stand: it opens by itself for errors that have not been closed before, and goes with the last one. */
  show(standing) {
    this.#standing = standing;
    this.#draw();
    if (standing.errors === 0) {
      memory((store) => store.removeItem(SEEN));
      if (this.#dialog.open) this.#dialog.close();
    } else if (memory((store) => store.getItem(SEEN)) !== standing.signature) {
      this.open();
    }
  }

  /** Opens it. */
  open() {
    if (this.#dialog.open) return;
    this.#draw();
    this.#dialog.showModal();
    this.#dialog.focus();
  }

  #draw() {
    const { problems = [], errors = 0, warnings = 0, hints = 0 } = this.#standing ?? {};
    const counted = [[errors, "error"], [warnings, "warning"], [hints, "hint"]];
    const words = counted.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`);
    this.#title.textContent = words.join(", ") || "Nothing is wrong";
    this.#list.replaceChildren(...problems.map((problem, at) => drawn(problem, at, problems.length)));
    const more = errors + warnings - problems.filter((problem) => problem.severity !== "hint").length;
    if (more > 0) this.#list.append(element("p", { class: "more" }, `And ${more} more; fourfold check lists them all.`));
  }
}

function drawn(problem, at, of) {
  const line = ({ number, before, marked, after }) =>
    element(
      "div",
      { class: marked ? "line meant" : "line" },
      element("span", { class: "number", "aria-hidden": "true" }, String(number)),
      element("code", {}, before, marked ? element("mark", {}, marked) : "", after),
    );
  return element(
    "article",
    { class: `problem ${problem.severity}` },
    element("p", { class: "of" }, `${at + 1} of ${of} · ${problem.severity} · ${problem.code}`),
    element("h3", {}, problem.message),
    problem.place && element("p", { class: "place" }, problem.place),
    problem.lines.length > 0 && element("div", { class: "lines" }, ...problem.lines.map(line)),
    problem.help && element("p", { class: "help" }, problem.help),
    problem.command && element("p", { class: "command" }, "In a terminal: ", element("kbd", {}, problem.command)),
    problem.open && element("p", {}, element("a", { href: problem.open }, "Open file")),
    problem.effect && element("p", { class: "effect" }, `Readers would see: ${problem.effect}.`),
  );
}
