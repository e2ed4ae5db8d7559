/* The map that answers: holds the state of the page, has it judged by engine.js, repaints the map, and tells the rest of the page.

   For the scripts of the page (all of this is there once the document had `geoaccess:ready`):
   sheet.live            what this script holds; null on a page that carries no travel times
   sheet.live.engine     see engine.js: `sites` (id, name, kind, status, open, counts [roles], lat, lon, spot; candidates: status
                         "candidate", place, gained), `communes`, `limits`, `base` (the study's own state), judge(state),
                         curve(cell, role, state), seconds(cell, site)
   sheet.live.state      {pole, antenna: minutes; departures: share; from, to: "HH:MM"; closed, opened: [ids]}
   sheet.live.verdict    of that state: {total: {residents, served}, communes: [{insee, residents, served, share, share_pole,
                         share_antenna, beyond, unsnapped, meets, presence}], cells: {state (places in STATES), held, held_pole,
                         held_antenna (departures), departures, pole, antenna (rows of engine.sites or -1), pole_s, antenna_s
                         (median seconds, NaN beyond what is carried)}, without: [roles that no open site counts for],
                         missing: [what was asked for and not taken: "pole", "antenna", "departures", "clock", "site:ID", "key:NAME"]}
   sheet.live.base       the verdict of the study's own state
   sheet.live.set(part)  takes a part of a state (what is left out stays) and returns the verdict. What the page cannot judge is
                         not taken: it stays as it was, and `missing` says so. set(engine.base) puts all back.
   sheet.live.toggle(id) opens or closes a site or a candidate.
   sheet.live.changed    whether the state is another than the study's own.
   Events of the document: `geoaccess:ready` once, `geoaccess:verdict` after each change; both with detail {state, base, verdict}
   (`base` is a verdict). `geoaccess:static` where nothing is carried. Public: window.geoAccess, see docs/embedding.md. */
(function () {
  "use strict";
  const { Sheet, read, fill, agree, fromBase64, inflate, inflateNow, openEngine } = window.GeoAccessParts;
  const [MISSED, UNSNAPPED] = [2, 3];

  function announce(name, detail) {
    document.dispatchEvent(new CustomEvent(`geoaccess:${name}`, { detail }));
  }

  function isSame(state, other) {
    return Object.keys(state).every((key) => String(state[key]) === String(other[key]));
  }

  class Live {
    constructor(sheet, header, bytes) {
      this.sheet = sheet;
      this.engine = openEngine(header, bytes);
      this.state = this.engine.base;
      this.base = this.verdict = this.engine.judge(this.state);
      this.follow();
    }

    get changed() {
      return !isSame(this.state, this.engine.base);
    }

    get detail() {
      return { state: this.state, base: this.base, verdict: this.verdict };
    }

    set(part) {
      const { state, missing } = this.engine.settle(part, this.state);
      this.state = Object.freeze(state);
      const verdict = isSame(state, this.engine.base) ? { ...this.base } : this.engine.judge(state);
      this.verdict = Object.assign(verdict, { missing });
      this.repaint();
      announce("verdict", this.detail);
      return this.verdict;
    }

    toggle(id) {
      const row = this.engine.rowOf.get(id), { open } = this.engine.sites[row];
      const name = open ? "closed" : "opened", ids = this.state[name];
      return this.set({ [name]: ids.includes(id) ? ids.filter((known) => known !== id) : [...ids, id] });
    }

    // Whether a site is open in this state, by its id or its row.
    isOpen(site) {
      return this.engine.isOpen(typeof site === "number" ? site : this.engine.rowOf.get(site), this.state);
    }

    // What the layers drew of the study itself; they draw the state's figures in its place.
    follow() {
      const { cellData } = this.sheet;
      const names = ["state", "held", "pole", "pole_s", "antenna", "antenna_s", "reason", "departures"];
      this.own = Object.fromEntries(names.map((name) => [name, cellData[name]]));
      cellData.sites = this.engine.sites.map((site) => site.name);
      this.sheet.map.on("themechange", () => this.sheet.repaintThemes());
    }

    repaint() {
      this.tellCells();
      this.sheet.repaintCells(this.verdict.cells.state);
      this.sheet.repaintThemes();
      this.sheet.repaintPlaces();
    }

    // The card of a cell reads the cells' data: those of the study, or of the state; worked out when they are asked for.
    tellCells() {
      const { cellData } = this.sheet, { cells } = this.verdict;
      if (!this.changed) {
        for (const [name, value] of Object.entries(this.own)) Object.defineProperty(cellData, name, { value, configurable: true });
        return;
      }
      const nothing = new Int8Array(cells.state.length).fill(-1);
      const told = {
        state: () => cells.state, held: () => cells.held, departures: () => cells.departures, reason: () => nothing,
        pole: () => cells.pole, antenna: () => cells.antenna, pole_s: () => cells.pole_s, antenna_s: () => cells.antenna_s,
      };
      for (const [name, get] of Object.entries(told)) Object.defineProperty(cellData, name, { get, configurable: true });
    }

    // Classes of a theme in this state, as layers.py and legends.py make them; null for one that is of the study alone.
    kindsOf(theme) {
      const themes = this.engine.header.themes, { cells, communes } = this.verdict;
      if (!themes[theme]) return null;
      if (theme === "communes") {
        const { breaks, none } = themes.communes;
        return communes.map(({ share }) => (share === null ? none : breaks.filter((bound) => share < bound).length));
      }
      const { count, bounds } = themes[theme], found = new Uint8Array(cells.state.length);
      const strict = this.engine.rules.pole.operator === "lt", required = this.state.departures;
      for (let i = 0; i < found.length; i += 1) {
        const state = cells.state[i];
        if (state >= UNSNAPPED) found[i] = count + state - UNSNAPPED;
        else if (theme === "minutes") {
          const seconds = cells.pole_s[i];
          for (const bound of bounds) if (!(strict ? seconds < bound * 60 : seconds <= bound * 60)) found[i] += 1;
        } else found[i] = this.classShare(cells.held[i] / cells.departures, required, count);
      }
      return found;
    }

    // A study that asks for every departure has no class of its own for "enough of them": its fill comes last.
    classShare(share, required, count) {
      const below = (share < required / 2) + (share <= 0);
      if (count === 5) return (share < 1) + (share < required) + below;
      return share < 1 && share >= required ? count + 2 : (share < 1) + below;
    }

    // Who is beyond, as dots: [lat, lon, radius] each, as legends.py draws them.
    dots({ widest, most }) {
      const { state } = this.verdict.cells, { layers } = this.sheet.paintings.get("cells"), found = [];
      state.forEach((kind, i) => {
        if (kind !== MISSED || !layers[i]) return;
        const { lat, lng } = layers[i].getBounds ? layers[i].getBounds().getCenter() : layers[i].getLatLng();
        found.push([lat, lng, Math.max(Math.round(widest * Math.sqrt(this.engine.weights[i] / most)), 1)]);
      });
      return found;
    }

    // What one site serves in this state, and a sentence that says so.
    reach(row) {
      const found = this.engine.reach(row, this.state), { words } = this.sheet;
      const site = this.engine.sites[row], [residents, only] = [found.residents, found.only].map((value) => this.sheet.count(value));
      const text = this.isOpen(row) ? agree(words.reach_said, found, this.sheet.numbers) : words.reach_shut;
      return { now: found.kinds, said: fill(text, { name: site.name, residents, only }) };
    }

    // The facts of a commune's card, by the names that layers.py gives them.
    tellCommune(i) {
      const row = this.verdict.communes[i], { sheet } = this, { words } = sheet, shown = {};
      for (const name of ["share", "share_pole", "share_antenna"]) if (row[name] !== null) shown[name] = sheet.share(row[name]);
      const median = this.engine.medianOf(i, this.verdict.cells);
      shown.state_beyond = sheet.count(row.beyond);
      shown.median_time = Number.isNaN(median) ? this.sayFarther() : sheet.minutes(median, this.engine.rules.pole.operator);
      if (row.presence !== undefined) shown.presence = row.presence ? words.yes : words.no;
      shown.verdict = row.meets === null ? words.verdict_nobody : row.meets ? words.verdict_meets : words.verdict_misses;
      return shown;
    }

    // A time that is more than the page carries.
    sayFarther() {
      const { words } = this.sheet, most = Math.max(...["pole", "antenna"].map((role) => this.engine.limits[role].most || 0));
      return most ? fill(words.farther, { minutes: Math.floor(most) }) : words.unreached;
    }

    // What a symbol is called: as the page wrote it, or as this state has it.
    nameSite(row, label) {
      const site = this.engine.sites[row], open = this.isOpen(row), { words } = this.sheet;
      if (open === site.open) return label;
      return `${site.name} (${this.engine.header.kinds[site.kind]}, ${open ? words.opened_here : words.closed_here})`;
    }
  }

  Object.assign(Sheet.prototype, {
    // Called last: the page is whole without it. `header` and `text` are names of elements.
    openLive(header, text) {
      const said = read(header);
      this.live = null;
      if (!said.sites) {
        this.publish(said);
        announce("static", {});
        return;
      }
      Object.assign(this.words, said.words);
      const packed = () => fromBase64(document.getElementById(text).textContent);
      const open = (bytes) => {
        if (this.live) return;
        this.live = new Live(this, said, bytes);
        announce("ready", this.live.detail);
      };
      // Who asks at once is answered at once.
      this.awaken = () => {
        if (!this.live) open(inflateNow(packed(), said.size));
        return this.live;
      };
      this.publish(said);
      const start = async () => {
        if (this.live) return;
        const bytes = await inflate(packed()).catch(() => null);
        if (bytes === null) this.awaken();
        else open(bytes);
      };
      // After the page was drawn.
      window.requestAnimationFrame(() => window.setTimeout(start, 0));
    },

    // The way in for tests and for other pages.
    publish(said) {
      const sheet = this;
      const tell = ({ total, communes }) => ({
        total: { residents: total.residents, served: total.served },
        communes: Object.fromEntries(communes.map((row) => [row.insee, row.served])),
      });
      window.geoAccess = Object.freeze({
        map: sheet.map,
        get themes() {
          return sheet.themes.map((theme) => theme.name);
        },
        setTheme(name) {
          sheet.setTheme(name);
        },
        setState(part) {
          const { missing, ...verdict } = sheet.awaken ? sheet.awaken().set(part || {}) : { ...said, missing: ["times"] };
          return { ...tell(verdict), missing };
        },
        verdict() {
          return tell(sheet.awaken ? sheet.awaken().verdict : said);
        },
      });
    },

    setTheme(name) {
      const theme = this.themes.find((known) => known.name === name);
      if (!theme) throw new Error(`no theme is called ${name}: ${this.themes.map((known) => known.name).join(", ")}`);
      if (this.map.hasLayer(theme.group)) return;
      for (const known of this.themes) if (this.map.hasLayer(known.group)) this.map.removeLayer(known.group);
      this.map.addLayer(theme.group);
    },
  });
})();
