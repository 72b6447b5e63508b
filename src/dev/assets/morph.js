// Changes a page into its next version in place.
//
// A page on screen has a life of its own: fields are filled in, details are open, scripts have added things. So the page
// is never compared with its next version. What is compared are the two versions as they were served; what differs
// between them is done to the page, and everything else in it stays as it is.

/** A page on screen together with the version of it that was served. */
export class Twin {
  #live = new Map();
  #source;

  /** `live` is the document on screen, `source` the document as it was served. */
  constructor(live, source) {
    this.#source = source;
    this.#link(source.documentElement, live.documentElement);
  }

  /**
   * Takes the page to its next version. Gives the elements that look different afterwards, or `null` where that
   * cannot be done in place, because the page runs other scripts.
   */
  become(next) {
    const scripts = (page) => Array.from(page.querySelectorAll("script[src]"), (script) => script.getAttribute("src")).join("\n");
    if (scripts(this.#source) !== scripts(next)) return null;
    const changed = new Set();
    const focused = document.activeElement;
    this.#element(this.#source.documentElement, next.documentElement, changed);
    this.#source = next;
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    return [...changed].filter((node) => node.isConnected);
  }

  /** Pairs what was served with what became of it on screen. */
  #link(source, live) {
    this.#live.set(source, live);
    let at = live.firstChild;
    for (const child of source.childNodes) {
      let found = at;
      while (found && !isAlike(child, found)) found = found.nextSibling;
      if (!found) continue;
      this.#link(child, found);
      at = found.nextSibling;
    }
  }

  #element(old, next, changed) {
    const live = this.#live.get(old);
    this.#live.delete(old);
    if (!live) return;
    this.#live.set(next, live);
    if (live.localName === "script") return;
    if (isStylesheet(old) && old.getAttribute("href") !== next.getAttribute("href")) return this.#stylesheet(live, next);
    for (const { name, value } of next.attributes) {
      if (old.getAttribute(name) !== value) {
        live.setAttribute(name, value);
        changed.add(live);
      }
    }
    for (const { name } of old.attributes) {
      if (!next.hasAttribute(name)) {
        live.removeAttribute(name);
        changed.add(live);
      }
    }
    this.#children(live, old, next, changed);
  }

  /** The next stylesheet is loaded before the last one goes, so that the page is never bare. */
  #stylesheet(live, next) {
    const sheet = live.ownerDocument.importNode(next, true);
    const done = () => live.remove();
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", done);
    live.after(sheet);
    this.#live.set(next, sheet);
  }

  #children(live, old, next, changed) {
    const before = [...old.childNodes];
    const after = [...next.childNodes];
    const pairs = matched(before, after);
    const kept = new Set(pairs.filter((at) => at >= 0));
    before.forEach((child, at) => {
      if (kept.has(at)) return;
      const gone = this.#live.get(child);
      this.#live.delete(child);
      if (!gone?.parentNode) return;
      // A paragraph that is gone leaves nothing to look at; words that are gone have changed theirs.
      if (live.localName !== "div" && live.localName !== "main") changed.add(live);
      gone.remove();
    });
    const staying = longestRise(pairs);
    let behind = null;
    for (let at = after.length - 1; at >= 0; at--) {
      const child = after[at];
      let node = pairs[at] < 0 ? undefined : this.#live.get(before[pairs[at]]);
      if (node === undefined) {
        node = live.ownerDocument.importNode(child, true);
        live.insertBefore(node, behind);
        this.#link(child, node);
        if (node.nodeType === Node.ELEMENT_NODE) changed.add(node);
        else if (node.data.trim()) changed.add(live);
      } else {
        if (!staying.has(at)) move(live, node, behind);
        if (before[pairs[at]].nodeType === Node.ELEMENT_NODE) this.#element(before[pairs[at]], child, changed);
        else this.#text(before[pairs[at]], child, node, changed);
        node = this.#live.get(child) ?? node;
      }
      behind = node;
    }
  }

  #text(old, next, live, changed) {
    this.#live.delete(old);
    this.#live.set(next, live);
    if (old.data === next.data) return;
    // Only the part that differs is replaced, so that a selection beside it stays.
    const was = live.data;
    let from = 0;
    while (from < was.length && from < next.data.length && was[from] === next.data[from]) from++;
    let tail = 0;
    while (tail < was.length - from && tail < next.data.length - from && was.at(-1 - tail) === next.data.at(-1 - tail)) tail++;
    live.replaceData(from, was.length - from - tail, next.data.slice(from, next.data.length - tail));
    if (live.parentElement) changed.add(live.parentElement);
  }
}

function isAlike(source, live) {
  if (source.nodeType !== live.nodeType || source.nodeName.toLowerCase() !== live.nodeName.toLowerCase()) return false;
  return source.nodeType !== Node.ELEMENT_NODE || source.id === live.id;
}

function isStylesheet(node) {
  return node.localName === "link" && node.relList.contains("stylesheet");
}

function move(parent, node, behind) {
  if (parent.moveBefore) parent.moveBefore(node, behind);
  else parent.insertBefore(node, behind);
}

/** For each node of `after`, the place of the node of `before` that it continues, or -1. */
export function matched(before, after) {
  const pairs = new Array(after.length).fill(-1);
  let start = 0;
  while (start < before.length && start < after.length && before[start].isEqualNode(after[start])) {
    pairs[start] = start;
    start++;
  }
  let end = 0;
  const room = () => Math.min(before.length, after.length) - start;
  while (end < room() && before.at(-1 - end).isEqualNode(after.at(-1 - end))) {
    pairs[after.length - 1 - end] = before.length - 1 - end;
    end++;
  }
  const free = new Set();
  for (let at = start; at < before.length - end; at++) free.add(at);
  const open = [];
  for (let at = start; at < after.length - end; at++) open.push(at);
  const pair = (here, there) => {
    pairs[here] = there;
    free.delete(there);
  };
  byKey(before, after, free, open, pair, (node) => node.id || null);
  byKey(before, after, free, open.filter((at) => pairs[at] < 0), pair, (node) => `${node.nodeName}\n${node.textContent}`);
  // What is left is paired in order with its like, as long as it does not cross what is paired already.
  let least = start;
  for (const at of open) {
    if (pairs[at] >= 0) {
      least = Math.max(least, pairs[at] + 1);
      continue;
    }
    const next = pairs.find((there, later) => later > at && there >= least) ?? before.length;
    const found = [...free].find((there) => there >= least && there < next && before[there].nodeName === after[at].nodeName);
    if (found !== undefined) {
      pair(at, found);
      least = found + 1;
    }
  }
  return pairs;
}

function byKey(before, after, free, open, pair, key) {
  const places = new Map();
  for (const at of free) {
    const name = key(before[at]);
    if (name !== null) places.set(name, [...(places.get(name) ?? []), at]);
  }
  for (const at of open) {
    const there = places.get(key(after[at]))?.find((place) => free.has(place) && before[place].nodeName === after[at].nodeName);
    if (there !== undefined) pair(at, there);
  }
}

/** The places of the longest run of rising numbers, -1 left out: these nodes need not move. */
export function longestRise(numbers) {
  const ends = [];
  const from = new Map();
  numbers.forEach((number, at) => {
    if (number < 0) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    from.set(at, low > 0 ? ends[low - 1] : undefined);
    ends[low] = at;
  });
  const run = new Set();
  for (let at = ends.at(-1); at !== undefined; at = from.get(at)) run.add(at);
  return run;
}
