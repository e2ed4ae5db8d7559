/* What every script of a page with a map is made of: reading blocks, making elements, shapes, numbers for people.
   Texts from files only ever become text nodes. */
(function () {
  "use strict";

  const SCALE = 1e5;

  function read(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    return element;
  }

  // A text whose places are filled in; what is filled in may hold braces or dollars.
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  }

  // One or many, as the page's language counts: [one, many].
  function choose(forms, value, numbers) {
    const size = Math.abs(value), one = numbers.decimal === "." ? size === 1 : size < 2;
    return forms[one ? 0 : 1];
  }

  // A text of the catalogue with its words that go by a number, `{count:?one|many}`, before its places are filled in.
  function agree(text, counts, numbers) {
    return text.replace(/\{(\w+):\?([^{}|]*)\|([^{}|]*)\}/g, (_, name, one, many) => (
      choose([one, many], Math.floor(counts[name] + 0.5), numbers)
    ));
  }

  function list(rows) {
    const dl = make("dl");
    for (const [label, value] of rows) {
      dl.append(make("dt", label), make("dd", value));
    }
    return dl;
  }

  function card(title, lead, rows) {
    const box = make("div");
    box.append(make("h2", title));
    if (lead) box.append(make("p", lead));
    box.append(list(rows));
    return box;
  }

  // Shapes: integers of 1e-5 degree; a flat list is one ring, each vertex from the one before; else polygons of rings.
  function ring(flat, origin) {
    const points = [];
    let lon = origin[0], lat = origin[1];
    for (let i = 0; i < flat.length; i += 2) {
      lon += flat[i];
      lat += flat[i + 1];
      points.push([lat / SCALE, lon / SCALE]);
    }
    return points;
  }

  function isPoint(shape) {
    return shape.length === 2 && typeof shape[0] === "number";
  }

  function decode(shape, origin) {
    if (typeof shape[0] === "number") return [[ring(shape, origin)]];
    return shape.map((polygon) => polygon.map((flat) => ring(flat, origin)));
  }

  // An open line: written as a ring is, from nowhere.
  function line(flat) {
    return ring(flat, [0, 0]);
  }

  // Runs: how many to pass over, how many to take, and so on.
  function takeRuns(runs, take) {
    let at = 0;
    for (let i = 0; i < runs.length; i += 2) {
      at += runs[i];
      for (const end = at + runs[i + 1]; at < end; at += 1) take(at);
    }
  }

  function hatch(style) {
    if (!style.lines) return style.fill;
    const tile = document.createElement("canvas");
    tile.width = tile.height = style.step * 2;
    const pen = tile.getContext("2d"), size = tile.width;
    pen.fillStyle = style.fill;
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = style.lines;
    pen.lineWidth = style.width * 2;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - 2, size + 2);
      pen.lineTo(shift + size + 2, -2);
      if (style.cross) {
        pen.moveTo(shift - 2, -2);
        pen.lineTo(shift + size + 2, size + 2);
      }
    }
    pen.stroke();
    const pattern = pen.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(0.5));
    return pattern;
  }

  // Numbers for people; the same rules as geo_access/formats.py. `numbers` says how the page's language writes them.

  function sayCount(value, numbers) {
    if (value > 0 && value < 0.5) return "<\u00a01";
    return String(Math.floor(value + 0.5)).replace(/\B(?=(\d{3})+$)/g, numbers.thousands);
  }

  function sayShare(value, numbers) {
    const tenths = Math.floor(value * 1000 + 1e-9);
    let said;
    if (tenths >= 1000) said = value >= 1 ? "100" : "99.9";
    else if (tenths === 0) said = value <= 0 ? "0" : "<\u00a00.1";
    else said = Math.floor(tenths / 10) + "." + (tenths % 10);
    return said.replace(".", numbers.decimal) + numbers.percent;
  }

  function sayMinutes(seconds, operator, numbers) {
    const raw = seconds / 6;
    const tenths = operator === "le" ? Math.ceil(raw - 1e-9) : Math.floor(raw + 1e-9);
    return (Math.floor(tenths / 10) + "." + (tenths % 10)).replace(".", numbers.decimal) + "\u00a0min";
  }

  const parts = {
    read, make, fill, choose, agree, list, card, ring, isPoint, decode, line, takeRuns, hatch, sayCount, sayShare, sayMinutes,
  };
  if (typeof module !== "undefined") module.exports = parts;
  else window.GeoAccessParts = parts;
})();
