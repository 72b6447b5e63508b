// The words that scripts show, and which form goes with a number.
import strings from "./strings.js";

const rules = new Intl.PluralRules(document.documentElement.lang || "en");
export const count = (name, number) => (strings[name][rules.select(number)] ?? strings[name].other).replace("#", number.toLocaleString(document.documentElement.lang || "en"));
// The look of what scripts add comes with the first of them, and before it is shown.
const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./live.css", import.meta.url).href });
await new Promise((done) => {
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
});

export default strings;
