// Listens, and fetches the rest when it is first needed.
const D = document, root = D.documentElement;
const keep = (name, value) => {
  try {
    if (value === undefined) return localStorage.getItem(name);
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {}
};

const find = D.querySelector("a.find"), place = D.getElementById("_ff-search");
const open = () => import("./find.js").then((m) => m.open(find.href));
if (place) import("./find.js").then((m) => m.page(place));
D.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
  const link = event.target.closest?.("a.find,a.anchor");
  if (!link) return;
  if (link.matches(".find")) {
    if (place) place.querySelector("input")?.focus();
    else open().catch(() => (location.href = link.href));
    event.preventDefault();
  } else import("./copy.js").then((m) => m.copy(link));
});
if (find)
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (place) place.querySelector("input")?.focus();
    else open();
  });

const theme = D.getElementById("_ff-theme");
if (theme) {
  const all = ["", "light", "dark"], texts = theme.dataset.say.split("|");
  const tell = () => {
    const text = texts[Math.max(0, all.indexOf(root.dataset.theme ?? ""))];
    theme.title = text;
    theme.setAttribute("aria-label", text);
  };
  theme.addEventListener("click", () => {
    const next = all[(all.indexOf(root.dataset.theme ?? "") + 1) % 3];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    keep("ff-theme", next);
    tell();
  });
  tell();
}

const lens = D.querySelector(".lens");
if (lens) {
  const saved = keep("ff-lens"), input = saved && D.getElementById(saved);
  if (input && lens.contains(input)) input.checked = true;
  lens.addEventListener("change", (event) => keep("ff-lens", event.target.id));
}

// Previews for pointers that hover and for the keyboard; definitions for fingers.
if (HTMLElement.prototype.showPopover && !matchMedia("(prefers-reduced-data:reduce)").matches) {
  let armed;
  const wanted = (event) => {
    const link = event.target.closest?.("main a[href]");
    const fits = event.type === "focusin" ? link?.matches(":focus-visible") : event.pointerType !== "touch";
    return link && fits && link.origin === location.origin && (link.pathname !== location.pathname || !link.hash) ? link : null;
  };
  const arm = (event) => {
    const link = armed ? null : wanted(event);
    if (link) armed = import("./preview.js").then((m) => m.start(link, wanted));
  };
  D.addEventListener("pointerover", arm);
  D.addEventListener("focusin", arm);
}
D.addEventListener("click", (event) => {
  const link = event.pointerType === "touch" && event.target.closest?.("a.term");
  if (!link) return;
  event.preventDefault();
  import("./sheet.js").then((m) => m.show(link)).catch(() => (location.href = link.href));
});

// A stop of a reading path counts as read once its end has been seen.
const end = D.querySelector(".onpath");
if (D.querySelector(".stops")) import("./path.js").then((m) => m.start());
else if (end)
  new IntersectionObserver(([seen], watch) => {
    if (!seen.isIntersecting) return;
    watch.disconnect();
    import("./path.js").then((m) => m.read());
  }).observe(end);
if (D.querySelector(".lost")) import("./lost.js").then((m) => m.start());
