// On the page for addresses that lead nowhere: what the address may have meant.
import { cards, search } from "./search.js";
import say from "./say.js";

// An address that nobody made may be nothing that can be decoded.
const readable = (path) => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/%../g, " ");
  }
};

/** Looks for the words of the address. */
export async function start() {
  const place = document.querySelector(".lost");
  const parts = readable(location.pathname).replace(/\.\w+$/, "").split("/").filter(Boolean);
  for (const words of [parts.at(-1), parts.slice(-2).join(" ")]) {
    if (!words) return;
    const { meta, places, loose } = await search(words.replace(/[-_+.]+/g, " ").replace(/^\d+ /, ""));
    if (!places.length || loose) continue;
    const list = document.createElement("ul");
    for (const { href, title } of await cards(meta, places.slice(0, 3))) {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("a"), { href, textContent: title }));
      list.append(item);
    }
    place.replaceChildren(say.did_you_mean, list);
    return;
  }
}
