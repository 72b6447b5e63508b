// The words that scripts show, and which form goes with a number.
import strings from "./strings.js";

const rules = new Intl.PluralRules(document.documentElement.lang || "en");
export const count = (name, number) => (strings[name][rules.select(number)] ?? strings[name].other).replace("#", number.toLocaleString(document.documentElement.lang || "en"));
export default strings;
