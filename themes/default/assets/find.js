// The search as readers see it: a dialog over any page, and the search page. Results are plain links with real focus.
import { cards, counts, search, warm } from "./search.js";
import { kin, split } from "./words.js";
import say, { count, fill } from "./say.js";

const D = document, BATCH = 12;
const make = (name, fields = {}, ...children) => {
  const element = Object.assign(D.createElement(name), fields);
  element.append(...children);
  return element;
};
const matches = (word, typed) => typed.some((one) => word.startsWith(one) || kin(one, word));

/** A text with the words marked that were typed. */
function marked(text, typed) {
  const out = D.createDocumentFragment();
  let from = 0;
  for (const word of split(text)) {
    if (word.from < from || !matches(word.word, typed)) continue;
    out.append(text.slice(from, word.from), make("mark", {}, text.slice(word.from, word.to)));
    from = word.to;
  }
  out.append(text.slice(from));
  return out;
}

/** The passage of a page in which most of the words stand, and the heading above it. */
function passage(page, typed) {
  return new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.responseType = "document";
    ask.onerror = () => done(null);
    ask.onload = () => {
      let best = null, heading = "";
      for (const block of ask.response?.querySelectorAll("main .claim, main .text :is(h2,h3,h4,p,li,dd,td,.stances.rows > div > div)") ?? []) {
        if (/^H/.test(block.tagName)) heading = block.id;
        const text = block.textContent.replace(/\s+/g, " ").trim();
        const hits = split(text).filter(({ word }) => matches(word, typed));
        const worth = new Set(hits.map(({ word }) => typed.findIndex((one) => matches(word, [one])))).size;
        if (worth > (best?.worth ?? 0)) best = { worth, text, at: hits[0].from, heading };
      }
      done(best);
    };
    ask.open("GET", page);
    ask.send();
  });
}

function cut(text, at) {
  const from = at > 90 ? text.indexOf(" ", at - 70) + 1 : 0;
  const end = text.length > from + 180 ? text.lastIndexOf(" ", from + 180) : text.length;
  return (from ? "… " : "") + text.slice(from, end > from ? end : undefined) + (end < text.length ? " …" : "");
}

function row({ href, title, claim, kind, pillar, minutes, examples, who }, typed) {
  const link = make("a", { href }, marked(title, typed));
  const facts = [say.kinds[kind], who, minutes && kind !== "term" && kind !== "contributor" && count("minutes", minutes), examples && count("examples", examples)];
  const text = make("p", {}, marked(cut(claim, 0), typed));
  const item = make("li", {}, link, make("p", { className: "facts" }, ...facts.filter(Boolean).map((fact) => make("span", {}, fact))), text);
  if (pillar) item.dataset.pillar = pillar;
  const inSight = split(`${title} ${claim}`);
  if (!typed.every((one) => inSight.some(({ word }) => matches(word, [one]))))
    passage(href, typed).then((found) => {
      if (!found) return;
      text.replaceChildren(marked(cut(found.text, found.at), typed));
      if (found.heading) link.href = `${href}#${encodeURIComponent(found.heading)}`;
    });
  return item;
}

/** A field with its list below it; `within` may hold facets. */
function finder({ onquery = () => {}, wanted = {}, footer } = {}) {
  const field = make("input", { type: "search", name: "q", placeholder: say.placeholder, autocomplete: "off", spellcheck: false, enterKeyHint: "search" });
  field.setAttribute("aria-label", say.search);
  const status = make("p", { className: "small" }), list = make("ul", { className: "hits" });
  status.setAttribute("role", "status");
  const more = make("button", { type: "button", hidden: true }, say.more);
  let turn = 0, left = [], last, timer;
  const show = async (meta, typed, mine) => {
    const batch = await cards(meta, left.splice(0, BATCH), field.value);
    if (mine !== turn) return;
    list.append(...batch.map((card) => row(card, typed)));
    more.hidden = !left.length;
  };
  const run = async () => {
    const mine = ++turn, query = field.value.trim();
    onquery(query, null);
    if (!query) {
      list.replaceChildren();
      more.hidden = true;
      status.textContent = say.hint;
      return;
    }
    try {
      const found = await search(query, wanted);
      if (mine !== turn) return;
      last = found;
      left = [...found.places];
      list.replaceChildren();
      status.textContent = left.length ? (found.loose ? `${say.loose} ` : "") + count("results", left.length) : fill(say.nothing, { query });
      onquery(query, found);
      await show(found.meta, found.words, mine);
    } catch {
      if (mine !== turn) return;
      status.textContent = say.failed;
      box.closest(".seeking")?.classList.remove("seeking");
    }
  };
  more.addEventListener("click", () => show(last.meta, last.words, turn));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(run, 60);
  });
  const links = () => [field, ...list.querySelectorAll("li > a")];
  const box = make("div", { className: "finder" }, field, status, list, more, ...(footer ? [footer] : []));
  box.addEventListener("keydown", (event) => {
    const at = links().indexOf(D.activeElement), { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((key === "ArrowDown" || key === "ArrowUp") && at >= 0) {
      event.preventDefault();
      links()[Math.max(0, at + (key === "ArrowDown" ? 1 : -1))]?.focus();
    } else if (key === "Enter" && D.activeElement === field) {
      event.preventDefault();
      clearTimeout(timer);
      run().then(() => links()[1] && location.assign(links()[1].href));
    } else if (at > 0 && key.length === 1 && key !== " ") field.focus();
  });
  return { box, field, run };
}

let dialog, inside;

/** Opens the dialog. */
export function open(index) {
  warm().catch(() => {});
  if (!dialog) {
    const all = make("a", { href: index }, say.all);
    inside = finder({ footer: make("p", { className: "small" }, all), onquery: (query) => (all.href = `${index}?q=${encodeURIComponent(query)}`) });
    const close = make("button", { type: "button", className: "close" }, say.close);
    dialog = make("dialog", { className: "search" }, inside.box, close);
    dialog.setAttribute("aria-label", say.search);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    // The first Esc would only clear the field.
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      dialog.close();
    });
    D.body.append(dialog);
  }
  dialog.showModal();
  inside.field.select();
  inside.run();
}

/** Turns the place for it on the search page into a search with facets and an address of its own. */
export async function page(place) {
  const address = new URL(location.href), wanted = {}, selects = {};
  const facets = make("div", { className: "facets" });
  const keep = (query) => {
    for (const [name, value] of Object.entries({ q: query, ...wanted }))
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
  };
  const label = (name, values, found) => {
    const numbers = found ? counts(found, name, values.map(([value]) => value), wanted) : [];
    const options = values.map(([value, title], i) => [value, found ? `${title} (${numbers[i]})` : title, found && !numbers[i] && wanted[name] !== value]);
    selects[name].replaceChildren(...[["", say.any, false], ...options].map(([value, text, disabled]) => make("option", { value, disabled, selected: value === (wanted[name] ?? "") }, text)));
  };
  let all = {};
  const inside = finder({ wanted, onquery: (query, found) => {
    keep(query);
    // The index comes back where nothing is found.
    place.classList.toggle("seeking", Boolean(query) && found?.places.length !== 0);
    for (const [name, values] of Object.entries(all)) label(name, values, found);
  } });
  inside.field.after(facets);
  inside.field.value = address.searchParams.get("q") ?? "";
  place.classList.toggle("seeking", Boolean(inside.field.value.trim()));
  place.replaceChildren(make("form", { role: "search" }, inside.box));
  place.firstChild.addEventListener("submit", (event) => event.preventDefault());
  const meta = await warm().catch(() => null);
  if (meta) {
    all = Object.fromEntries(Object.entries({
      kind: meta.kinds.filter((_, kind) => meta.kind.includes(kind)).map((kind) => [kind, say.kinds[kind]]),
      pillar: meta.pillars,
      stance: meta.stance.some(Boolean) ? Object.entries(say.stances) : [],
      person: meta.people.map(({ name }) => [name, name]),
    }).filter(([, values]) => values.length > 1));
    for (const name of Object.keys(all)) {
      wanted[name] = address.searchParams.get(name) ?? "";
      selects[name] = make("select", { name });
      selects[name].addEventListener("change", () => {
        wanted[name] = selects[name].value;
        inside.run();
      });
      facets.append(make("label", {}, say.facets[name], selects[name]));
    }
  }
  if (inside.field.value) inside.run();
  else for (const [name, values] of Object.entries(all)) label(name, values);
}
