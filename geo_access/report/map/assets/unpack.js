/* Opens the travel times that a page carries: text to bytes, bytes inflated, bytes to arrays. Written by live_packing.py. */
(function () {
  "use strict";
  // What is farther than the page carries: more than any time that it does.
  const BEYOND = 65535;

  function fromBase64(text) {
    const said = atob(text), bytes = new Uint8Array(said.length);
    for (let i = 0; i < said.length; i += 1) bytes[i] = said.charCodeAt(i);
    return bytes;
  }

  // By the browser, aside; null where it cannot.
  async function inflate(bytes) {
    if (typeof DecompressionStream === "undefined") return null;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // Numbers of seven bits a byte, the lowest first; a set eighth bit says that more follow.
  class Numbers {
    constructor(bytes, at = 0) {
      this.bytes = bytes;
      this.at = at;
    }

    next() {
      const bytes = this.bytes;
      let value = bytes[this.at], shift = 128;
      this.at += 1;
      if (value < 128) return value;
      value -= 128;
      for (;;) {
        const more = bytes[this.at];
        this.at += 1;
        if (more < 128) return value + more * shift;
        value += (more - 128) * shift;
        shift *= 128;
      }
    }

    take(count, into) {
      for (let i = 0; i < count; i += 1) into[i] = this.next();
      return into;
    }

    // Each number counted from the one before.
    rising(count, into) {
      let value = 0;
      for (let i = 0; i < count; i += 1) into[i] = value += this.next();
      return into;
    }
  }

  // What one site is for the cells that reach it: `cells` ascending, and `seconds` of each: one, or one a departure.
  function readWalks(numbers) {
    const count = numbers.next();
    return { cells: numbers.rising(count, new Int32Array(count)), seconds: numbers.take(count, new Uint16Array(count)) };
  }

  // Seconds by departure: 0 says "arrives when the one before did", 1 "on foot all the way", 2 "not within what is
  // carried", 3 and more how many arrivals later than the last that was told.
  function readRides(numbers, departures, every) {
    const count = numbers.next(), cells = numbers.rising(count, new Int32Array(count));
    const walks = numbers.take(count, new Uint16Array(count));
    const many = numbers.next(), arrivals = numbers.rising(many, new Int32Array(many));
    const seconds = new Uint16Array(count * departures);
    for (let pair = 0, at = 0; pair < count; pair += 1) {
      let arrival = many - 1;
      for (let departure = 0; departure < departures; departure += 1, at += 1) {
        const said = numbers.next();
        if (said === 1) seconds[at] = walks[pair];
        else if (said === 2) seconds[at] = BEYOND;
        else {
          if (said > 2) arrival = (arrival + said - 2) % many;
          seconds[at] = arrivals[arrival] - departure * every;
        }
      }
    }
    return { cells, seconds };
  }

  // All that the bytes say: `weights` of the cells, their `commune` and `pool` (-1: none), whether they are `snapped`,
  // and `tables`, each with the pairs of each of its sites.
  function unpack(header, bytes) {
    const n = header.cells, { count, every } = header.departures;
    const weights = new Float64Array(bytes.slice(0, 8 * n).buffer);
    const numbers = new Numbers(bytes, 8 * n);
    const less = (values) => values.map((value) => value - 1);
    const commune = less(numbers.take(n, new Int32Array(n)));
    const pool = less(numbers.take(n, new Int32Array(n)));
    const snapped = numbers.take(n, new Uint8Array(n));
    const tables = header.tables.map((table) => {
      const pairs = new Map();
      for (const spot of table.spots) pairs.set(spot, table.rides ? readRides(numbers, count, every) : readWalks(numbers));
      return { rides: table.rides, carried: table.carried, pairs };
    });
    if (numbers.at !== bytes.length) throw new Error("the travel times of the page are not whole");
    return { weights, commune, pool, snapped, tables };
  }

  const parts = { BEYOND, Numbers, fromBase64, inflate, readRides, readWalks, unpack };
  if (typeof module !== "undefined") module.exports = parts;
  else Object.assign(window.GeoAccessParts, parts);
})();
