/* The minutes of a cell by departure: how they spread, by how much they are too many, and where a small curve goes. */
(function () {
  "use strict";

  // Best, median (half of the departures take no longer) and worst; NaN: more than is known.
  function spread(seconds) {
    const sorted = Array.from(seconds, (value) => (Number.isNaN(value) ? Infinity : value)).sort((a, b) => a - b);
    const at = (place) => (sorted.length && sorted[place] < Infinity ? sorted[place] : NaN);
    return { best: at(0), median: at(Math.max(Math.ceil(sorted.length / 2) - 1, 0)), worst: at(sorted.length - 1) };
  }

  // By how many seconds the promise is missed, as verdict/rules.py measures it: inside each departure over the rule that is
  // missed by less; so many departures must hold that the least of these decides. NaN: more than is known.
  function excess(curves, required) {
    const count = Math.max(...curves.map((curve) => curve.seconds.length));
    const least = Array.from({ length: count }, (_, i) => Math.min(...curves.map(({ seconds, limit }) => {
      const value = seconds[seconds.length === 1 ? 0 : i];
      return Number.isNaN(value) ? Infinity : value - limit;
    }))).sort((a, b) => a - b);
    let needed = 0;
    while (needed < count - 1 && (needed + 1) / count < required) needed += 1;
    return least[needed] < Infinity ? Math.max(least[needed], 0) : NaN;
  }

  // A curve in a box: `steps` (the path of the minutes, a gap where they are not known), `limit` (where the promised time
  // lies), `top` (minutes at the upper edge). Whole fives of minutes, so that two cells are easily compared.
  function draw(seconds, limit, box) {
    const known = Array.from(seconds).filter((value) => !Number.isNaN(value));
    const most = Math.max(limit * 1.25, ...known) / 60, top = Math.ceil(most / 5) * 5;
    const x = (i) => box.left + (box.width * i) / seconds.length, y = (value) => box.top + box.height * (1 - value / 60 / top);
    const round = (value) => Math.round(value * 10) / 10;
    let steps = "", open = false;
    seconds.forEach((value, i) => {
      if (Number.isNaN(value)) {
        open = false;
        return;
      }
      steps += `${open ? "L" : "M"}${round(x(i))} ${round(y(value))}H${round(x(i + 1))}`;
      open = true;
    });
    return { steps, limit: round(y(limit)), top, floor: box.top + box.height };
  }

  const parts = { spreadOf: spread, excessOf: excess, drawCurve: draw };
  if (typeof module !== "undefined") module.exports = parts;
  else Object.assign(window.GeoAccessParts, parts);
})();
