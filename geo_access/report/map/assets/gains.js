/* What one more place would add to a state: the residents who are not served in it and would be. */
(function () {
  "use strict";

  const inNode = typeof module !== "undefined";
  const { BEYOND, STATES, limitOf } = inNode ? { ...require("./unpack.js"), ...require("./engine.js") } : window.GeoAccessParts;
  const MISSED = STATES.indexOf("beyond");
  const ROLES = ["pole", "antenna"];

  // Only cells that the place is near, and that are not served, can change: no need to judge the study again.
  function gainOf(engine, { state, cells }, row) {
    const site = engine.sites[row], required = state.departures, width = cells.departures;
    const [low] = engine.window(state.from, state.to), { count } = engine.departures;
    const best = ROLES.map((role) => engine.best(role, state));
    const limits = ROLES.map((role) => limitOf(state[role], engine.rules[role].operator));
    // By cell, the pairs of the place in each role that it would count for.
    const near = new Map();
    for (const role of ROLES.filter((name) => site.counts.includes(name))) {
      const pairs = engine.tables[engine.rules[role].table].pairs.get(site.spot);
      if (!pairs) continue;
      pairs.cells.forEach((cell, pair) => {
        if (cells.state[cell] !== MISSED || !engine.inPool(role, cell, row)) return;
        if (!near.has(cell)) near.set(cell, []);
        near.get(cell).push([ROLES.indexOf(role), pairs.seconds, pair]);
      });
    }
    let gain = 0;
    for (const [cell, mine] of near) {
      let held = 0;
      for (let i = 0; i < width; i += 1) {
        const within = best.some(({ seconds, rides }, at) => seconds[rides ? cell * width + i : cell] <= limits[at])
          || mine.some(([at, seconds, pair]) => {
            const time = seconds[best[at].rides ? pair * count + low + i : pair];
            return time < BEYOND && time <= limits[at];
          });
        if (within) held += 1;
      }
      if (held / width >= required) gain += engine.weights[cell];
    }
    return gain;
  }

  if (inNode) module.exports = { gainOf };
  else window.GeoAccessParts.gainOf = gainOf;
})();
