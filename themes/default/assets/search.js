// Finds entries: the files are those of src/template/search/mod.rs.
import { fold, kin, near, shard, split } from "./words.js";

const base = new URL(".", import.meta.url);
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const WEIGHTS = [1, 1.6, 3, 4, 7, 10, 12, 16];
const kept = new Map();
let known;

/** A file of the search, fetched once. */
export function file(name) {
  if (!kept.has(name)) {
    const answer = fetch(new URL(name, base), { cache: "no-cache" }).then((r) => (r.ok ? r.json() : Promise.reject(new Error(r.status))));
    answer.catch(() => kept.delete(name));
    kept.set(name, answer);
  }
  return kept.get(name);
}

function numbers(code) {
  const all = [];
  let number = 0, shift = 0;
  for (const c of code) {
    const digit = DIGITS.indexOf(c);
    number |= (digit & 31) << shift;
    shift += 5;
    if (digit < 32) {
      all.push(number);
      number = shift = 0;
    }
  }
  return all;
}

function sums(code) {
  let sum = 0;
  return numbers(code).map((step) => (sum += step));
}

const facet = (code) => [...code].map((c) => DIGITS.indexOf(c));

/** Sizes and facets; the first call fetches them. */
export function warm() {
  return (known ??= file("search.json").then((meta) => {
    const numbers = sums(meta.entries);
    return {
      ...meta,
      numbers,
      places: new Map(numbers.map((number, place) => [number, place])),
      kind: facet(meta.kind),
      pillar: facet(meta.pillar),
      stance: facet(meta.stance),
      people: meta.people.map(([name, code]) => ({ name, places: new Set(sums(code)) })),
    };
  }).catch((e) => {
    known = null;
    throw e;
  }));
}

const wordsOf = (meta, word) => file(`w/${shard(word, meta.words)}.json`);

/** Words of the index that a typed word may stand for: [entries, how well]. */
async function candidates(meta, typed) {
  const rows = await wordsOf(meta, typed);
  const found = [], slips = typed.length > 7 ? 2 : typed.length > 3 ? 1 : 0;
  const close = (word) => slips && (near(typed, word, slips) || (word.length > typed.length && near(typed, word.slice(0, typed.length), 1)));
  let sure = false;
  for (let i = 0; i < rows.length; i += 2) {
    const word = rows[i];
    sure ||= word.startsWith(typed);
    if (word === typed) found.push([rows[i + 1], 1]);
    else if (word.startsWith(typed)) found.push([rows[i + 1], 0.4 + (0.4 * typed.length) / word.length]);
    else if (kin(typed, word)) found.push([rows[i + 1], typed.startsWith(word) && typed.length - word.length < 3 ? 0.7 : 0.4]);
  }
  if (sure) return found;
  // Nothing begins as it was typed: another form of a word, or a slip of the pen.
  for (let i = 0; i < rows.length; i += 2) if (close(rows[i])) found.push([rows[i + 1], 0.4]);
  if (found.length) return found;
  const strong = await file("words.json");
  const likely = strong.filter((word) => (typed.length < 3 ? word.startsWith(typed) : close(word))).slice(0, 6);
  for (const word of likely) {
    const rows = await wordsOf(meta, word);
    const at = rows.findIndex((row, i) => i % 2 === 0 && row === word);
    if (at >= 0) found.push([rows[at + 1], 0.25]);
  }
  return found;
}

/** How well each entry fits a typed word; `common` where the word stands in most entries and says nothing. */
async function fit(meta, typed) {
  const scores = new Map();
  let common = false;
  for (const [code, quality] of await candidates(meta, typed)) {
    const frequent = code[0] === "!";
    common ||= frequent;
    const hits = numbers(frequent ? code.slice(1) : code);
    const rare = Math.log(1 + meta.numbers.length / (hits.length + 1));
    let number = 0;
    for (const hit of hits) {
      number += hit >>> 3;
      const place = meta.places.get(number), score = WEIGHTS[hit & 7] * quality * rare;
      if (place !== undefined && score > (scores.get(place) ?? 0)) scores.set(place, score);
    }
  }
  return { scores, common };
}

/** Entries for a query, the best first: { places, loose, words }. */
export async function search(query, wanted = {}) {
  const meta = await warm();
  const words = [...new Set(split(query).map(({ word }) => word))].slice(0, 12);
  const fits = await Promise.all(words.map((word) => fit(meta, word)));
  const must = fits.filter(({ common }) => !common);
  const sum = new Map(), hits = new Map();
  for (const { scores } of fits)
    for (const [place, score] of scores) {
      sum.set(place, (sum.get(place) ?? 0) + score);
    }
  for (const { scores } of must) for (const place of scores.keys()) hits.set(place, (hits.get(place) ?? 0) + 1);
  let places = [...sum.keys()].filter((place) => (hits.get(place) ?? 0) === must.length);
  const loose = !places.length && sum.size > 0 && must.length > 1;
  if (loose) places = [...sum.keys()];
  const score = (place) => sum.get(place) * (loose ? 10 ** (hits.get(place) ?? 0) : 1);
  places.sort((a, b) => score(b) - score(a) || meta.kind[a] - meta.kind[b] || a - b);
  const all = places;
  places = all.filter((place) => passes(meta, place, wanted));
  return { meta, words, all, places, loose };
}

const TESTS = {
  kind: (meta, place, kind) => meta.kinds[meta.kind[place]] === kind,
  pillar: (meta, place, id) => (meta.pillar[place] >> meta.pillars.findIndex(([known]) => known === id)) & 1,
  stance: (meta, place, stance) => meta.stance[place] & (stance === "leadership" ? 1 : 2),
  person: (meta, place, name) => meta.people.find((person) => person.name === name)?.places.has(place),
};

const passes = (meta, place, wanted, but) =>
  Object.keys(TESTS).every((name) => name === but || !wanted[name] || TESTS[name](meta, place, wanted[name]));

/** How many of the entries each value of a facet would leave, the other facets being as they are. */
export function counts({ meta, all }, name, values, wanted) {
  const open = all.filter((place) => passes(meta, place, wanted, name));
  return values.map((value) => open.filter((place) => TESTS[name](meta, place, value)).length);
}

/** The cards of some entries, those first whose title is what was typed. */
export async function cards(meta, places, query = "") {
  const rows = await Promise.all(places.map(async (place) => {
    const number = meta.numbers[place];
    const row = (await file(`c/${Math.floor(number / meta.slots)}.json`)).find(([known]) => known === number);
    return row && card(row);
  }));
  const typed = fold(query.trim());
  const rank = ({ title }) => (typed && fold(title) === typed ? 0 : typed && fold(title).startsWith(typed) ? 1 : 2);
  return rows.filter(Boolean).sort((a, b) => rank(a) - rank(b));
}

export const card = ([, href, title, claim, kind, pillar = "", minutes = 0, examples = 0, who = ""]) => ({
  href: new URL(`../${href}`, base).href, title, claim, kind, pillar, minutes, examples, who,
});
