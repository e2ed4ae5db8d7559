/* Finds what somebody types among names: without case, accents, hyphens; "St" is "Saint". Knows neither page nor map. */
(function () {
  "use strict";

  const SHORT = { st: "saint", ste: "sainte", av: "avenue", ave: "avenue", bd: "boulevard", bld: "boulevard", pl: "place", fg: "faubourg" };
  const LIGATURES = { œ: "oe", æ: "ae", ß: "ss" };

  // Lower-case words without accents, as core/matching.py folds them, with abbreviations written out.
  function fold(text) {
    const plain = text.toLowerCase().replace(/[œæß]/g, (sign) => LIGATURES[sign]).normalize("NFKD").replace(/\p{M}/gu, "");
    return (plain.match(/[\p{L}\p{N}]+/gu) || []).map((word) => SHORT[word] ?? word).join(" ");
  }

  // "48.80,2.26", "48,80 ; 2,26", "48.80 2.26": latitude and longitude; null for anything else.
  function parsePoint(text) {
    const comma = /^\s*([-+]?\d{1,3},\d+)\s*[;\s]\s*([-+]?\d{1,3},\d+)\s*$/.exec(text);
    const match = comma || /^\s*([-+]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
    if (!match) return null;
    const [lat, lon] = [match[1], match[2]].map((said) => Number(said.replace(",", ".")));
    // Two whole numbers are a house and something, not a position.
    if (!/[.,]\d/.test(match[1]) && !/[.,]\d/.test(match[2])) return null;
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
  }

  // Words that say nothing by themselves.
  const SMALL = new Set("a au aux d da das de des do dos du e et l la le les of the".split(" "));

  // How well a folded name answers folded words: 0 the same, 1 it begins so, 2 a word of it does, 3 all words begin some
  // word of it, 4 or of the name of its commune; -1 not at all.
  function rank(name, where, asked, words) {
    if (name === asked) return 0;
    if (name.startsWith(asked)) return 1;
    if ((" " + name).includes(" " + asked)) return 2;
    const begins = (text) => (word) => (" " + text).includes(" " + word), own = begins(name), there = begins(where);
    if (words.every(own)) return 3;
    return where && words.some(own) && words.every((word) => own(word) || there(word)) ? 4 : -1;
  }

  // Entries are `{name, kind, ...}` in the order in which equals are listed; returns `{found, count}`, `limit` of them.
  class SearchIndex {
    constructor(entries) {
      this.entries = entries;
      this.folded = entries.map((entry) => fold(entry.name));
      // Few communes, many names.
      const communes = new Map();
      this.where = entries.map(({ kind, where }) => {
        if (!where || kind === "cell") return "";
        if (!communes.has(where)) communes.set(where, fold(where));
        return communes.get(where);
      });
    }

    find(text, limit) {
      const asked = fold(text), every = asked.split(" "), found = [];
      if (!asked) return { found: [], count: 0 };
      const telling = every.filter((word) => !SMALL.has(word)), words = telling.length ? telling : every;
      this.folded.forEach((name, at) => {
        const how = rank(name, this.where[at], asked, words);
        if (how >= 0) found.push([how, at]);
      });
      // What is the same comes first, whatever it is; else a commune before a stop before a street.
      const first = ([how]) => (how === 0 ? 0 : 1);
      found.sort((a, b) => first(a) - first(b) || a[0] - b[0] || this.entries[a[1]].order - this.entries[b[1]].order
        || this.folded[a[1]].length - this.folded[b[1]].length || a[1] - b[1]);
      return { found: found.slice(0, limit).map(([, at]) => this.entries[at]), count: found.length };
    }
  }

  const parts = { foldName: fold, parsePoint, SearchIndex };
  if (typeof module !== "undefined") module.exports = parts;
  else Object.assign(window.GeoAccessParts, parts);
})();
