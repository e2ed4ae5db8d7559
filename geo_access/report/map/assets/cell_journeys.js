/* Journeys of cells, put into words. `data` is what geo_access/report/map/cell_cards.py packed; `say` fills texts. */
(function () {
  "use strict";

  const RIDE = 6;

  class Journeys {
    constructor({ stops, lines, rows }) {
      Object.assign(this, { stops, lines, rows });
      this.starts = [];
      for (let at = 0; at < rows.length; at += rows[at] < 0 ? 1 : 5 + RIDE * rows[at + 4]) this.starts.push(at);
    }

    // `{departure, site, seconds, access, rides: [{line, from, before, to, seconds, hops}]}`; null without a journey.
    of(cell) {
      const { rows } = this, at = this.starts[cell];
      if (at === undefined || rows[at] < 0) return null;
      const [departure, site, seconds, access, count] = rows.slice(at, at + 5), rides = [];
      for (let i = 0; i < count; i += 1) {
        const [line, from, before, to, spent, hops] = rows.slice(at + 5 + RIDE * i, at + 5 + RIDE * (i + 1));
        rides.push({ line: this.lines[line], from: this.stops[from], before, to: this.stops[to], seconds: spent, hops });
      }
      return { departure, site, seconds, access, rides };
    }
  }

  // The steps of a journey, each `[code, seconds, values]`; their seconds add up to the journey's. `leave`: when (seconds).
  function listSteps(journey, leave, site) {
    if (!journey.rides.length) return [["step_walk", journey.seconds, { site }]];
    const steps = [["step_access", journey.access, { stop: journey.rides[0].from }]];
    let clock = leave + journey.access;
    journey.rides.forEach((ride, i) => {
      if (i === 0) steps.push(["step_wait", ride.before, {}]);
      else steps.push(["step_change", ride.before, { stop: ride.from }]);
      clock += ride.before;
      steps.push(["step_ride", ride.seconds, { clock, line: ride.line, stop: ride.to, hops: ride.hops }]);
      clock += ride.seconds;
    });
    steps.push(["step_egress", leave + journey.seconds - clock, { site }]);
    return steps;
  }

  const parts = { Journeys, listSteps };
  if (typeof module !== "undefined") module.exports = parts;
  else Object.assign(window.GeoAccessParts, parts);
})();
