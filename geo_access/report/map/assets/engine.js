/* Judges a study in the page as verdict/judging.py does, from the seconds that the page carries. Knows neither page nor map. */
(function () {
  "use strict";
  const inNode = typeof module !== "undefined";
  const { BEYOND, unpack } = inNode ? require("./unpack.js") : window.GeoAccessParts;
  const STATES = ["pole", "antenna", "beyond", "unsnapped", "empty"];
  const [POLE, ANTENNA, MISSED, UNSNAPPED, EMPTY] = [0, 1, 2, 3, 4];
  const ROLES = ["pole", "antenna"];
  const NEVER = 2 ** 31 - 1;
  const DAY_MIN = 24 * 60;

  // Python's round(): halves to the even number.
  function round(value) {
    const low = Math.floor(value), part = value - low;
    if (part !== 0.5) return part < 0.5 ? low : low + 1;
    return low % 2 === 0 ? low : low + 1;
  }

  // The largest travel time (seconds) that holds, as `Rule.seconds`.
  function limitOf(minutes, operator) {
    const limit = round(minutes * 60);
    return operator === "lt" ? limit - 1 : limit;
  }

  // Seconds of "09:00", "25:30:00"; NaN for anything else.
  function readClock(said) {
    const match = /^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$/.exec(said);
    return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] || 0) : NaN;
  }

  function sayClock(seconds) {
    const two = (value) => String(value).padStart(2, "0");
    const rest = seconds % 60;
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}${rest ? `:${two(rest)}` : ""}`;
  }

  // Where a percentile stands among `count` sorted values, as `routing.arrays.percentile`.
  function rank(count) {
    return Math.max(Math.ceil((50 * count) / 100) - 1, 0);
  }

  // Of values[low..high) the one of that rank; reorders them.
  function select(values, low, high, place) {
    let from = low, to = high - 1;
    const wanted = low + place;
    while (from < to) {
      const pivot = values[(from + to) >> 1];
      let i = from, j = to;
      while (i <= j) {
        while (values[i] < pivot) i += 1;
        while (values[j] > pivot) j -= 1;
        if (i > j) break;
        [values[i], values[j]] = [values[j], values[i]];
        i += 1;
        j -= 1;
      }
      if (wanted <= j) to = j;
      else if (wanted >= i) from = i;
      else break;
    }
    return values[wanted];
  }

  // A property that is worked out when it is first read.
  function later(object, name, make) {
    Object.defineProperty(object, name, {
      configurable: true, enumerable: true,
      get() {
        const value = make();
        Object.defineProperty(object, name, { value, enumerable: true });
        return value;
      },
    });
  }

  class Engine {
    constructor(header, bytes) {
      const data = unpack(header, bytes);
      this.header = header;
      this.sites = header.sites;
      this.communes = header.communes;
      this.departures = header.departures;
      this.rules = header.rules;
      Object.assign(this, { weights: data.weights, commune: data.commune, snapped: data.snapped, pool: data.pool });
      this.tables = data.tables;
      this.cells = header.cells;
      this.rowOf = new Map(this.sites.map((site, row) => [site.id, row]));
      // Where every rule is walked, nothing hangs on when people leave.
      this.rides = ROLES.some((role) => this.tables[this.rules[role].table].rides);
      this.limits = this.listLimits();
      const { from } = this.departures;
      this.base = Object.freeze({
        pole: this.rules.pole.minutes, antenna: this.rules.antenna.minutes, departures: header.required.departures,
        from: sayClock(from), to: sayClock(this.readUntil()),
        closed: Object.freeze([]), opened: Object.freeze([]),
      });
      this.kept = new Map();
    }

    // What a state may ask for: minutes up to `most` (null: any number), clocks on the grid of the study's departures.
    listLimits() {
      const limits = { rides: this.rides };
      for (const role of ROLES) {
        const rule = this.rules[role], { carried } = this.tables[rule.table];
        limits[role] = { operator: rule.operator, most: carried === null ? null : carried / 60, slider: rule.slider };
      }
      const { from, every, count } = this.departures;
      limits.departures = { from, every, count, to: this.readUntil(), fixed: Boolean(this.departures.fixed) };
      return limits;
    }

    readUntil() {
      const { from, every, count, to } = this.departures;
      return to === undefined ? from + every * count : to;
    }

    // States

    // Makes a whole state of what is asked for: what is left out, and what the page cannot judge, stays as in `before`.
    // Returns `{state, missing}`; `missing` says what was not taken: "pole", "antenna", "departures", "clock",
    // "site:ID", "key:NAME" (no part of a state).
    settle(asked, before = this.base) {
      const state = { ...before }, missing = Object.keys(asked).filter((name) => !(name in before)).map((name) => `key:${name}`);
      const given = (name) => asked[name] !== undefined && asked[name] !== null;
      for (const role of ROLES) {
        if (!given(role)) continue;
        if (this.canJudge(role, asked[role])) state[role] = asked[role];
        else missing.push(role);
      }
      if (given("departures")) {
        if (typeof asked.departures === "number" && asked.departures > 0 && asked.departures <= 1) state.departures = asked.departures;
        else missing.push("departures");
      }
      const from = given("from") ? asked.from : before.from, to = given("to") ? asked.to : before.to;
      if (this.window(from, to) === null) missing.push("clock");
      else Object.assign(state, { from, to });
      for (const name of ["closed", "opened"]) {
        if (!given(name)) continue;
        const ids = [...new Set([].concat(asked[name]).map(String))];
        const known = ids.filter((id) => this.rowOf.has(id));
        missing.push(...ids.filter((id) => !known.includes(id)).map((id) => `site:${id}`));
        // What is closed or open of itself is left alone.
        state[name] = known.filter((id) => this.sites[this.rowOf.get(id)].open === (name === "closed"));
      }
      return { state, missing };
    }

    canJudge(role, minutes) {
      if (typeof minutes !== "number" || !(minutes >= 0 && minutes <= DAY_MIN)) return false;
      const { operator, table } = this.rules[role], { carried } = this.tables[table];
      if (operator === "lt" && minutes === 0) return false;
      return carried === null || limitOf(minutes, operator) <= carried;
    }

    // The departures of a state, as positions among the study's own: [first, end); null where they are not among them.
    window(from, to) {
      const first = readClock(from), last = readClock(to), { every, count, fixed } = this.departures;
      // Streets that are open in a part of the hours only: other hours may have other ways.
      if (fixed && (from !== this.base.from || to !== this.base.to)) return null;
      const low = (first - this.departures.from) / every;
      if (!(last > first) || !Number.isInteger(low) || low < 0) return null;
      const high = low + Math.ceil((last - first) / every);
      return high <= count ? [low, high] : null;
    }

    isOpen(row, state) {
      const site = this.sites[row];
      return (site.open || state.opened.includes(site.id)) && !state.closed.includes(site.id);
    }

    // Sites that count towards a role in a state, in the order of the study's list.
    listCounting(role, state) {
      const rows = [];
      const opened = new Set(state.opened), closed = new Set(state.closed);
      this.sites.forEach((site, row) => {
        if (site.counts.includes(role) && (site.open || opened.has(site.id)) && !closed.has(site.id)) rows.push(row);
      });
      return rows;
    }

    // Times

    // The seconds from a cell to a site for a role: an array by departure, one number where the role is walked; null
    // where the site is not within what the page carries. `BEYOND` says of a departure that it is farther.
    secondsFor(role, cell, row) {
      const table = this.tables[this.rules[role].table], pairs = table.pairs.get(this.sites[row].spot);
      const at = pairs ? this.findPair(pairs.cells, cell) : -1;
      if (at < 0) return null;
      const { count } = this.departures;
      return table.rides ? pairs.seconds.subarray(at * count, (at + 1) * count) : pairs.seconds[at];
    }

    // As `secondsFor`, towards the first rule that the site can count for.
    seconds(cell, site) {
      const row = typeof site === "number" ? site : this.rowOf.get(site);
      const role = ROLES.find((name) => this.sites[row].counts.includes(name));
      return role === undefined ? null : this.secondsFor(role, cell, row);
    }

    findPair(cells, cell) {
      let low = 0, high = cells.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cells[middle] < cell) low = middle + 1;
        else high = middle;
      }
      return cells[low] === cell ? low : -1;
    }

    inPool(role, cell, row) {
      return !this.rules[role].own || (this.pool[cell] >= 0 && this.pool[cell] === this.sites[row].pool);
    }

    // The best times of every cell to the counting sites of a role: Uint16Array (cells x departures of the window), or
    // (cells) where the role is walked. Kept until the sites or the hours change: thresholds ask for no more.
    best(role, state) {
      const [low, high] = this.window(state.from, state.to), rows = this.listCounting(role, state);
      const table = this.tables[this.rules[role].table], width = table.rides ? high - low : 1;
      const key = `${low} ${high} ${rows.join(" ")}`;
      const kept = this.kept.get(role);
      if (kept && kept.key === key) return kept;
      const { count } = this.departures, own = this.rules[role].own;
      const seconds = new Uint16Array(this.cells * width).fill(BEYOND);
      for (const row of rows) {
        const pairs = table.pairs.get(this.sites[row].spot);
        if (!pairs) continue;
        const { cells, seconds: times } = pairs;
        for (let pair = 0; pair < cells.length; pair += 1) {
          const cell = cells[pair];
          if (own && !this.inPool(role, cell, row)) continue;
          if (!table.rides) {
            if (times[pair] < seconds[cell]) seconds[cell] = times[pair];
            continue;
          }
          let into = cell * width, from = pair * count + low;
          for (const end = into + width; into < end; into += 1, from += 1) {
            if (times[from] < seconds[into]) seconds[into] = times[from];
          }
        }
      }
      const found = { key, seconds, width, rows, low, high, rides: table.rides };
      this.kept.set(role, found);
      return found;
    }

    // Minutes by departure from a cell to the best site of a role in a state: `{from, every, seconds, sites, limit}`;
    // NaN seconds and site -1 where none is within what the page carries.
    curve(cell, role, asked) {
      const { state } = this.settle(asked || this.base);
      const [low, high] = this.window(state.from, state.to), width = high - low;
      const seconds = new Float64Array(width).fill(NaN), sites = new Int32Array(width).fill(-1);
      for (const row of this.listCounting(role, state)) {
        if (!this.inPool(role, cell, row)) continue;
        const times = this.secondsFor(role, cell, row);
        if (times === null) continue;
        for (let i = 0; i < width; i += 1) {
          const value = typeof times === "number" ? times : times[low + i];
          if (value === BEYOND || value >= seconds[i]) continue;
          seconds[i] = value;
          sites[i] = row;
        }
      }
      const { from, every } = this.departures, { operator } = this.rules[role];
      return { from: from + low * every, every, seconds, sites, limit: limitOf(state[role], operator) };
    }

    // Judging

    // What `check` says of the study in a state; what the state leaves out is as in the study.
    judge(asked) {
      const { state, missing } = this.settle(asked || this.base);
      const limits = ROLES.map((role) => limitOf(state[role], this.rules[role].operator));
      const [pole, antenna] = ROLES.map((role) => this.best(role, state));
      const [low, high] = this.window(state.from, state.to);
      const cells = this.judgeCells(pole, antenna, limits, high - low, state.departures);
      const verdict = { ...this.count(cells), cells, missing, state };
      verdict.without = ROLES.filter((_, i) => [pole, antenna][i].rows.length === 0);
      if (this.header.presence) {
        const there = new Set(this.listPresent(state));
        verdict.communes.forEach((row, i) => { row.presence = there.has(i); });
      }
      return verdict;
    }

    judgeCells(pole, antenna, limits, width, required) {
      const n = this.cells, state = new Uint8Array(n), held = new Uint16Array(n), byPole = new Uint16Array(n);
      const byAntenna = new Uint16Array(n);
      const [poleLimit, antennaLimit] = limits;
      for (let cell = 0; cell < n; cell += 1) {
        let ofPole = 0, ofAntenna = 0, ofAny = 0;
        const walkedPole = !pole.rides && pole.seconds[cell] <= poleLimit;
        const walkedAntenna = !antenna.rides && antenna.seconds[cell] <= antennaLimit;
        const start = cell * width;
        if (pole.rides || antenna.rides) {
          for (let i = start; i < start + width; i += 1) {
            const toPole = pole.rides ? pole.seconds[i] <= poleLimit : walkedPole;
            const toAntenna = antenna.rides ? antenna.seconds[i] <= antennaLimit : walkedAntenna;
            if (toPole) ofPole += 1;
            if (toAntenna) ofAntenna += 1;
            if (toPole || toAntenna) ofAny += 1;
          }
        } else {
          ofPole = walkedPole ? width : 0;
          ofAntenna = walkedAntenna ? width : 0;
          ofAny = Math.max(ofPole, ofAntenna);
        }
        const snapped = this.snapped[cell] === 1;
        held[cell] = snapped ? ofAny : 0;
        byPole[cell] = ofPole;
        byAntenna[cell] = ofAntenna;
        if (!(this.weights[cell] > 0)) state[cell] = EMPTY;
        else if (!snapped) state[cell] = UNSNAPPED;
        else if (ofPole / width >= required) state[cell] = POLE;
        else if (ofAny / width >= required) state[cell] = ANTENNA;
        else state[cell] = MISSED;
      }
      const found = { state, held, departures: width, held_pole: byPole, held_antenna: byAntenna };
      ROLES.forEach((role, i) => {
        const best = [pole, antenna][i];
        later(found, `${role}_s`, () => this.medians(best));
        later(found, role, () => this.bestSites(role, best, limits[i]));
      });
      return found;
    }

    // Median seconds of each cell to the nearest site: NaN when that is more than is carried.
    medians({ seconds, width }) {
      const found = new Float64Array(this.cells), place = rank(width), row = new Uint16Array(width);
      for (let cell = 0; cell < this.cells; cell += 1) {
        row.set(seconds.subarray(cell * width, (cell + 1) * width));
        const median = select(row, 0, width, place);
        found[cell] = median === BEYOND ? NaN : median;
      }
      return found;
    }

    // The median over a commune's people of their median seconds to a pole; NaN when that is more than is carried.
    medianOf(commune, cells) {
      const mine = [];
      for (let cell = 0; cell < this.cells; cell += 1) if (this.commune[cell] === commune && this.weights[cell] > 0) mine.push(cell);
      const seconds = (cell) => (Number.isNaN(cells.pole_s[cell]) ? NEVER : cells.pole_s[cell]);
      mine.sort((a, b) => seconds(a) - seconds(b) || a - b);
      const people = mine.reduce((sum, cell) => sum + this.weights[cell], 0);
      let before = 0;
      for (const cell of mine) {
        before += this.weights[cell];
        if (before >= people / 2) return cells.pole_s[cell];
      }
      return NaN;
    }

    // The site that serves each cell best: most departures, then the lower median, then the first of the list.
    bestSites(role, best, limit) {
      const found = new Int32Array(this.cells).fill(-1), most = new Int32Array(this.cells).fill(-1);
      const medians = new Float64Array(this.cells).fill(NEVER);
      const table = this.tables[this.rules[role].table], { count } = this.departures, { width, low } = best;
      const row = new Uint16Array(width), place = rank(width);
      for (const site of best.rows) {
        const pairs = table.pairs.get(this.sites[site].spot);
        if (!pairs) continue;
        const { cells, seconds } = pairs;
        for (let pair = 0; pair < cells.length; pair += 1) {
          const cell = cells[pair];
          if (!this.inPool(role, cell, site)) continue;
          const start = table.rides ? pair * count + low : pair;
          let holds = 0, reached = false;
          for (let i = start; i < start + width; i += 1) {
            if (seconds[i] <= limit) holds += 1;
            if (seconds[i] < BEYOND) reached = true;
          }
          if (!reached || holds < most[cell]) continue;
          row.set(seconds.subarray(start, start + width));
          const said = select(row, 0, width, place), median = said === BEYOND ? NEVER : said;
          if (holds === most[cell] && median >= medians[cell]) continue;
          found[cell] = site;
          most[cell] = holds;
          medians[cell] = median;
        }
      }
      return found;
    }

    // What each open site keeps the promise for by itself, at enough departures: rows of cells, by row of the site.
    listServed(state) {
      const rows = new Set(ROLES.flatMap((role) => this.listCounting(role, state))), key = JSON.stringify([state, ...rows]);
      if (this.served && this.served.key === key) return this.served;
      const [low, high] = this.window(state.from, state.to), cells = new Map();
      for (const row of rows) cells.set(row, this.serve(row, state, low, high));
      const addresses = new Uint16Array(this.cells), byAddress = new Map();
      for (const [row, mine] of cells) {
        const { address } = this.sites[row];
        if (!byAddress.has(address)) byAddress.set(address, new Set());
        for (const cell of mine) byAddress.get(address).add(cell);
      }
      for (const mine of byAddress.values()) for (const cell of mine) addresses[cell] += 1;
      this.served = { key, cells, addresses };
      return this.served;
    }

    serve(row, state, low, high) {
      const held = new Map(), width = high - low, { count } = this.departures, { spot, counts } = this.sites[row];
      // By ride, the role with the larger limit holds whenever the other does; on foot, one holds always or never.
      for (const table of this.tables) {
        const pairs = table.pairs.get(spot);
        const roles = counts.filter((role) => this.tables[this.rules[role].table] === table);
        if (!pairs || !roles.length) continue;
        pairs.cells.forEach((cell, pair) => {
          const limit = Math.max(...roles.map((role) => (
            this.inPool(role, cell, row) ? limitOf(state[role], this.rules[role].operator) : -1
          )));
          let holds = 0;
          if (!table.rides) holds = pairs.seconds[pair] <= limit ? width : 0;
          else for (let i = pair * count + low; i < pair * count + high; i += 1) if (pairs.seconds[i] <= limit) holds += 1;
          if (holds > (held.get(cell) || 0)) held.set(cell, holds);
        });
      }
      const found = [];
      for (const [cell, holds] of held) if (this.snapped[cell] === 1 && holds / width >= state.departures) found.push(cell);
      return Int32Array.from(found).sort();
    }

    // What one site serves in a state: `kinds` of the cells (0 by it alone, 1 by others too, 2 not), and how many residents.
    reach(row, asked) {
      const { state } = this.settle(asked || this.base), { cells, addresses } = this.listServed(state);
      const kinds = new Uint8Array(this.cells).fill(2);
      let residents = 0, only = 0;
      for (const cell of cells.get(row) || []) {
        kinds[cell] = addresses[cell] === 1 ? 0 : 1;
        residents += this.weights[cell];
        if (addresses[cell] === 1) only += this.weights[cell];
      }
      return { kinds, residents, only };
    }

    // Sums run cell after cell, as those of Python, so that leaving out nobody gives exactly the whole.
    count({ state }) {
      const n = this.communes.length, sums = [POLE, ANTENNA, MISSED, UNSNAPPED].map(() => new Float64Array(n));
      const residents = new Float64Array(n), served = new Float64Array(n);
      let everyone = 0, all = 0;
      for (let cell = 0; cell < this.cells; cell += 1) {
        const weight = this.weights[cell], commune = this.commune[cell], at = state[cell];
        if (at === EMPTY) continue;
        everyone += weight;
        if (at <= ANTENNA) all += weight;
        if (commune < 0) continue;
        residents[commune] += weight;
        if (at <= ANTENNA) served[commune] += weight;
        sums[at][commune] += weight;
      }
      const required = this.header.required.share;
      const communes = this.communes.map((one, i) => {
        const lived = residents[i] !== 0, part = (value) => (lived ? value / residents[i] : null);
        return {
          insee: one.insee, residents: residents[i], served: served[i], share: part(served[i]),
          share_pole: part(sums[POLE][i]), share_antenna: part(sums[ANTENNA][i]), beyond: sums[MISSED][i],
          unsnapped: sums[UNSNAPPED][i], meets: lived ? served[i] / residents[i] >= required : null,
        };
      });
      return { total: { residents: everyone, served: all }, communes };
    }

    // Communes with a site of their own of a kind that the rule of presence names.
    listPresent(state) {
      return this.sites.flatMap((site, row) => (site.presence !== null && this.isOpen(row, state) ? [site.presence] : []));
    }
  }

  const parts = { STATES, readClock, sayClock, limitOf, openEngine: (header, bytes) => new Engine(header, bytes) };
  if (inNode) module.exports = parts;
  else Object.assign(window.GeoAccessParts, parts);
})();
