// Words as the index has them: see src/parse/words.rs, which does the same.
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i", ς: "σ" };
const UNSPACED = "[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}]";
const unspaced = new RegExp(UNSPACED, "u");
const run = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
const part = new RegExp(`(?:${UNSPACED}\\p{M}?)+|(?:(?!${UNSPACED})[\\s\\S])+`, "gu");
const one = new RegExp(`${UNSPACED}\\p{M}?`, "gu");

export const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[ßæœøłđıς]/g, (c) => LETTERS[c]);

/** The words of a text with their places: { word, from, to }. */
export function split(text) {
  const found = [];
  for (const { 0: letters, index } of text.matchAll(run))
    for (const { 0: piece, index: at } of letters.matchAll(part)) {
      const from = index + at;
      const ones = unspaced.test(piece) ? [...piece.matchAll(one)] : [];
      if (ones.length > 1)
        for (let i = 0; i + 1 < ones.length; i++)
          found.push({ word: fold(ones[i][0] + ones[i + 1][0]), from: from + ones[i].index, to: from + ones[i + 1].index + ones[i + 1][0].length });
      else found.push({ word: fold(piece), from, to: from + piece.length });
    }
  return found.filter(({ word }) => word);
}

/** In which of so many shards the words lie that begin like this one. */
export function shard(word, shards) {
  const letters = [...word].slice(0, unspaced.test(word) ? 1 : 3).map((c) => c.codePointAt(0));
  const [a = 0, b = 0, c = 0] = letters;
  let sum = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
  return ((sum ^ (sum >>> 13)) >>> 22) & (shards - 1);
}

/** Whether two words differ by at most so many slips: a letter too many, too few, another, or two that changed places. */
export function near(a, b, slips) {
  if (Math.abs(a.length - b.length) > slips) return false;
  let before = [], last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length] <= slips;
}

/** Whether two words are forms of one: they begin alike and differ in a short ending. */
export function kin(a, b) {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same >= 4 && a.length - same <= 3 && b.length - same <= 3;
}
