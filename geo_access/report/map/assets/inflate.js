/* Inflates at once (RFC 1951): for browsers that cannot do it aside, and for who asks before they have. */
(function () {
  "use strict";
  const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
  const AWAY = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
    12289, 16385, 24577,
  ];
  const AWAY_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const LONGEST = 15;

  // A table that says for the next bits, the lowest first, which symbol they are and how many of them it takes.
  function tabulate(lengths) {
    const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
    const table = new Uint32Array(1 << longest), next = new Uint16Array(LONGEST + 2), counts = new Uint16Array(LONGEST + 2);
    for (const length of lengths) if (length) counts[length] += 1;
    for (let length = 1; length <= LONGEST; length += 1) next[length + 1] = (next[length] + counts[length]) << 1;
    lengths.forEach((length, symbol) => {
      if (!length) return;
      let code = next[length], turned = 0;
      next[length] += 1;
      for (let bit = 0; bit < length; bit += 1, code >>= 1) turned = (turned << 1) | (code & 1);
      for (let at = turned; at < table.length; at += 1 << length) table[at] = (symbol << 4) | length;
    });
    return { table, mask: table.length - 1, longest };
  }

  function inflateNow(bytes, size) {
    let out = new Uint8Array(Math.max(size || 0, bytes.length * 4, 64)), end = 0, at = 0, held = 0, bits = 0;

    function need(count) {
      while (bits < count) {
        held |= (at < bytes.length ? bytes[at] : 0) << bits;
        at += 1;
        bits += 8;
      }
    }

    function take(count) {
      if (!count) return 0;
      need(count);
      const value = held & ((1 << count) - 1);
      held >>>= count;
      bits -= count;
      return value;
    }

    function symbol(code) {
      need(code.longest);
      const found = code.table[held & code.mask], length = found & 15;
      held >>>= length;
      bits -= length;
      if (!length || at - (bits >> 3) > bytes.length) throw new Error("the data of the page are not whole");
      return found >> 4;
    }

    function room(count) {
      if (end + count <= out.length) return;
      const wider = new Uint8Array(Math.max(out.length * 2, end + count));
      wider.set(out.subarray(0, end));
      out = wider;
    }

    function readCodes() {
      const literals = take(5) + 257, distances = take(5) + 1, asked = take(4) + 4, first = new Uint8Array(19);
      for (let i = 0; i < asked; i += 1) first[ORDER[i]] = take(3);
      const code = tabulate(Array.from(first)), lengths = [];
      while (lengths.length < literals + distances) {
        const said = symbol(code);
        if (said < 16) {
          lengths.push(said);
          continue;
        }
        const length = said === 16 ? lengths[lengths.length - 1] : 0;
        for (let left = said === 16 ? take(2) + 3 : said === 17 ? take(3) + 3 : take(7) + 11; left > 0; left -= 1) lengths.push(length);
      }
      return [tabulate(lengths.slice(0, literals)), tabulate(lengths.slice(literals))];
    }

    function readBlock([literal, distance]) {
      for (;;) {
        const said = symbol(literal);
        if (said === 256) return;
        if (said < 256) {
          room(1);
          out[end] = said;
          end += 1;
          continue;
        }
        const length = LENGTHS[said - 257] + take(LENGTH_BITS[said - 257]), far = symbol(distance);
        const from = end - AWAY[far] - take(AWAY_BITS[far]);
        room(length);
        for (let i = 0; i < length; i += 1) out[end + i] = out[from + i];
        end += length;
      }
    }

    const fixed = () => [
      tabulate(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))), tabulate(Array(30).fill(5)),
    ];
    for (let last = 0; !last;) {
      last = take(1);
      const kind = take(2);
      if (kind === 0) {
        at -= bits >> 3;
        held = bits = 0;
        const length = bytes[at] | (bytes[at + 1] << 8);
        room(length);
        out.set(bytes.subarray(at + 4, at + 4 + length), end);
        at += 4 + length;
        end += length;
      } else readBlock(kind === 1 ? fixed() : readCodes());
    }
    return out.subarray(0, end);
  }

  if (typeof module !== "undefined") module.exports = { inflateNow };
  else Object.assign(window.GeoAccessParts, { inflateNow });
})();
