// The words that scripts show, and which form goes with a number. The page says which file has those of its language.
const { default: strings } = await import(new URL(document.querySelector("script[data-say]").dataset.say, location.href).href);

const rules = new Intl.PluralRules(strings.language);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
export const count = (name, n) => fill(strings[name][rules.select(n)] ?? strings[name].other, { n });
// The look of what scripts add comes with the first of them, and before it is shown.
const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./live.css", import.meta.url).href });
await new Promise((done) => {
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
});

export default strings;
