/* "What if…?": the controls of what a page supposes beside its study, undo, links and scenario files. */
(function () {
  "use strict";

  const { Candidates, Sheet, read, make, fill, scenario, supposed } = window.GeoAccessParts;
  const { RULES, readClock, writeClock } = scenario;
  // A figure that is typed is taken when the hand rests so long (ms).
  const TYPED_MS = 400;
  const LOOK_MS = 300;
  const MINUTES = ["pole", "antenna"];
  // Where sliders begin: a minute, a hundredth of the departures. What is typed may be less.
  const LEAST = 1;

  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  class WhatIf {
    constructor(sheet, data) {
      this.sheet = sheet;
      this.data = data;
      this.words = data.words;
      this.live = sheet.live;
      this.panel = document.getElementById(sheet.id + "_live");
      this.known = this.know();
      this.past = new scenario.History(scenario.settle(this.known, {}));
      this.look = {};
      this.gesture = null;
      this.pulls = 0;
      this.waiting = {};
      document.addEventListener("geoaccess:verdict", (event) => this.follow(event.detail));
      this.wireRules();
      this.wireSites();
      this.wireSteps();
      this.wireKeeping();
      this.panel.querySelector("[data-what=preparing]").hidden = true;
      this.panel.querySelector("[data-what=ready]").hidden = false;
      this.openLink(window.location.hash);
      this.watchLook();
      window.addEventListener("hashchange", () => this.openLink(window.location.hash));
    }

    // What the page can judge, as `scenario.js` wants it.
    know() {
      const { engine } = this.live, { base, limits } = engine, { from, every, count, to } = limits.departures;
      const most = { departures: 1, from: writeClock(from + (count - 1) * every), to: writeClock(to) };
      const least = { departures: 0.0001, from: writeClock(from), to: writeClock(from + 1) };
      for (const role of MINUTES) {
        most[role] = limits[role].most === null ? 24 * 60 : limits[role].most;
        least[role] = limits[role].operator === "lt" ? 0.01 : 0;
      }
      return {
        rules: Object.fromEntries(RULES.map((name) => [name, base[name]])), least, most, every,
        operators: { pole: limits.pole.operator, antenna: limits.antenna.operator },
        sites: engine.sites.filter((site) => site.counts.length).map((site) => ({ id: site.id, counts: site.open })),
        themes: this.sheet.themes.map((theme) => theme.name),
        cells: { includes: (id) => this.sheet.findCell(id) >= 0 },
      };
    }

    get state() { return this.past.now; }

    set(part, gesture = null) {
      this.gesture = gesture;
      this.live.set(part);
      this.gesture = null;
    }

    // Whoever changed the state: a control here, undo, a link, a script of the page.
    follow({ state, verdict }) {
      this.past.push(scenario.settle(this.known, state), this.gesture);
      this.showRules();
      this.showSites();
      this.showSteps();
      this.writeLink();
      supposed.show(this, verdict);
      supposed.tellFaults(this, verdict.missing.map((code) => (
        code.startsWith("site:") ? { key: "closed", code: "site", value: code.slice(5) } : { key: code, code: "missing", value: "" }
      )));
    }

    // The rule and the hours

    wireRules() {
      const { limits } = this.live.engine;
      for (const name of RULES) {
        const box = this.panel.querySelector(`[data-rule=${name}]`);
        if (!box) continue;
        if ((name === "from" || name === "to") && (!limits.rides || limits.departures.fixed)) {
          // Where all is walked, hours change nothing; where streets open and close, other hours are not known.
          box.hidden = true;
          this.panel.querySelector("[data-what=hours_fixed]").hidden = !limits.departures.fixed;
          box.closest("fieldset").hidden = !limits.departures.fixed;
          continue;
        }
        const [range, field] = [box.querySelector("input[type=range]"), box.querySelector("[data-field]")];
        const [least, most] = this.bounds(name);
        Object.assign(range, this.scale(name));
        if (field.type === "number") Object.assign(field, { min: least, max: most, step: "any" });
        let typed = 0;
        const pull = () => `${name} ${this.pulls}`;
        range.addEventListener("input", () => this.pull(name, this.read(name, range.value), pull()));
        range.addEventListener("change", () => {
          this.flush();
          this.pulls += 1;
        });
        field.addEventListener("input", () => {
          window.clearTimeout(typed);
          typed = window.setTimeout(() => this.type(name, box, field, pull()), TYPED_MS);
        });
        field.addEventListener("change", () => {
          window.clearTimeout(typed);
          this.type(name, box, field, pull());
          this.pulls += 1;
          this.showRules(true);
        });
        const was = box.querySelector("[data-study]");
        was.textContent = fill(this.words.in_study, { value: this.say(name, this.known.rules[name]) });
      }
      this.showRules();
    }

    // A slider tells more often than a screen is drawn.
    pull(name, value, gesture) {
      if (value === this.state[name] && !(name in this.waiting)) return;
      this.waiting[name] = [value, gesture];
      if (!this.drawing) this.drawing = window.requestAnimationFrame(() => this.flush());
    }

    flush() {
      window.cancelAnimationFrame(this.drawing);
      this.drawing = null;
      const waiting = Object.entries(this.waiting);
      this.waiting = {};
      for (const [name, [value, gesture]] of waiting) this.set({ [name]: this.keepOrder(name, value) }, gesture);
    }

    type(name, box, field, gesture) {
      const value = this.read(name, field.value), [least, most] = this.bounds(name), number = this.measure(name, value);
      const sound = number !== null && number >= least && number <= most && this.keepOrder(name, value) === value
        && (name !== "from" || (number - least) % this.known.every === 0);
      this.warn(name, box, field, sound);
      if (sound) this.set({ [name]: value }, gesture);
    }

    warn(name, box, field, sound) {
      const said = box.querySelector("[data-warning]"), [least, most] = this.edges(name);
      field.toggleAttribute("aria-invalid", !sound);
      if (!sound) field.setAttribute("aria-invalid", "true");
      const code = MINUTES.includes(name) ? "range_minutes" : name === "departures" ? "range_share" : "range_clock";
      const text = sound ? "" : fill(this.words[code], { least, most });
      if (said.textContent !== text) said.textContent = text;
    }

    // Of a slider's or a field's value, the value of the state: minutes, a share, a clock.
    read(name, value) {
      if (name === "from" || name === "to") return value.includes(":") ? value : value === "" ? "" : writeClock(Number(value));
      if (value === "") return null;
      return name === "departures" ? Number(value) / 100 : Number(value);
    }

    // As a slider counts: minutes, per cent, seconds.
    measure(name, value) {
      if (value === null || value === "") return null;
      if (name === "from" || name === "to") return readClock(value);
      return name === "departures" ? Number((value * 100).toFixed(10)) : value;
    }

    bounds(name) {
      return [this.known.least[name], this.known.most[name]].map((value) => this.measure(name, value));
    }

    // What a person is told of the bounds of a control; hours have one pair.
    edges(name) {
      const clock = name === "from" || name === "to";
      if (clock) return [this.known.least.from, this.known.most.to].map((value) => this.say(name, value));
      const say = (value) => (MINUTES.includes(name) ? supposed.sayNumber(value, this.sheet.numbers) : this.say(name, value));
      return [name === "departures" ? LEAST / 100 : LEAST, this.known.most[name]].map(say);
    }

    // Both hours have one scale, in steps of five minutes where departures allow it.
    scale(name) {
      const { least, most, every } = this.known;
      if (name === "from" || name === "to") {
        return { min: readClock(least.from), max: readClock(most.to), step: 300 % every === 0 ? 300 : every };
      }
      return { min: LEAST, max: name === "departures" ? 100 : this.live.engine.limits[name].slider, step: 1 };
    }

    // The first departure stays before the end.
    keepOrder(name, value) {
      const { every } = this.known, clock = readClock(value);
      const from = readClock(this.state.from), to = readClock(this.state.to), least = readClock(this.known.least.from);
      // The last departure before the end: on the grid of the study's departures.
      const last = least + every * Math.max(Math.ceil((to - least) / every) - 1, 0);
      if (name === "from") return writeClock(Math.min(clock, last));
      if (name === "to") return writeClock(Math.max(clock, from + every));
      return value;
    }

    say(name, value) {
      const { numbers } = this.sheet;
      if (name === "departures") return supposed.sayNumber(value * 100, numbers) + numbers.percent;
      if (name === "from" || name === "to") return supposed.sayClock(readClock(value), numbers);
      return supposed.sayNumber(value, numbers) + "\u00a0min";
    }

    showRules(forced = false) {
      for (const name of RULES) {
        const box = this.panel.querySelector(`[data-rule=${name}]`);
        if (!box) continue;
        const [range, field] = [box.querySelector("input[type=range]"), box.querySelector("[data-field]")];
        const value = this.state[name], shown = this.measure(name, value);
        if (!(name in this.waiting)) range.value = String(shown);
        range.setAttribute("aria-valuetext", this.say(name, value));
        if (forced || field !== document.activeElement) {
          field.value = field.type === "time" ? value : String(shown);
          this.warn(name, box, field, true);
        }
        box.classList.toggle("ga-changed", value !== this.known.rules[name]);
      }
    }

    // Places

    wireSites() {
      this.boxes = new Map();
      this.panel.querySelectorAll("input[data-site]").forEach((box) => {
        this.boxes.set(box.dataset.site, box);
        box.addEventListener("change", () => this.live.toggle(box.dataset.site));
      });
      this.panel.querySelectorAll("input[type=search]").forEach((field) => {
        const list = document.getElementById(field.getAttribute("aria-controls")), none = list.querySelector("[data-none]");
        field.addEventListener("input", () => {
          const wanted = fold(field.value).split(/\s+/).filter(Boolean);
          let found = 0;
          list.querySelectorAll("li").forEach((item) => {
            item.hidden = !wanted.every((word) => fold(item.textContent).includes(word));
            found += item.hidden || item.closest("[data-kind]").hidden ? 0 : 1;
          });
          list.querySelectorAll("h3").forEach((head) => { head.hidden = !head.parentElement.querySelector("li:not([hidden])"); });
          none.hidden = found > 0;
        });
      });
      const offered = document.getElementById(this.sheet.id + "_candidates");
      this.candidates = offered && new Candidates(this, offered);
      this.showSites();
    }

    isOpen(id) {
      const site = this.known.sites.find((one) => one.id === id);
      return site.counts ? !this.state.closed.includes(id) : this.state.opened.includes(id);
    }

    showSites() {
      for (const [id, box] of this.boxes) {
        const counts = this.known.sites.find((site) => site.id === id);
        if (!counts) {
          box.disabled = true;
          continue;
        }
        box.checked = this.isOpen(id);
        box.closest("li").classList.toggle("ga-changed", box.checked !== counts.counts);
      }
      if (this.candidates) this.candidates.show();
    }

    // Back and forth

    wireSteps() {
      const steps = {
        undo: () => this.live.set(this.past.undo()), redo: () => this.live.set(this.past.redo()),
        reset: () => this.set(scenario.settle(this.known, {})),
      };
      for (const [what, act] of Object.entries(steps)) {
        const button = this.panel.querySelector(`[data-what=${what}]`);
        button.addEventListener("click", () => {
          if (button.getAttribute("aria-disabled") !== "true") act();
        });
      }
      this.showSteps();
    }

    showSteps() {
      const able = { undo: this.past.canUndo, redo: this.past.canRedo, reset: this.isSupposing };
      for (const [what, can] of Object.entries(able)) {
        this.panel.querySelector(`[data-what=${what}]`).setAttribute("aria-disabled", String(!can));
      }
    }

    get isSupposing() { return scenario.listChanges(this.known, this.state).length > 0; }

    // Links and files

    openLink(hash) {
      const { state, look, faults, anchor } = scenario.readHash(this.known, hash);
      const elsewhere = anchor !== null && document.getElementById(anchor);
      if (anchor !== null) {
        // A link to a part of the page: the address goes on to say the state.
        if (elsewhere) this.writeLink();
        else supposed.tellFaults(this, [{ key: anchor, value: "", code: "unknown" }]);
        return;
      }
      if (look.theme) this.sheet.setTheme(look.theme);
      if (look.view) this.sheet.map.setView([look.view.lat, look.view.lon], look.view.zoom, { animate: false });
      // What a link leaves out of where one looks stays as it is.
      this.look = { ...this.look, theme: this.themeSaid, view: look.view ?? this.look.view, cell: look.cell };
      if (scenario.same(state, this.state)) this.writeLink();
      else this.set(state);
      if (faults.length) supposed.tellFaults(this, faults);
      document.dispatchEvent(new CustomEvent("geoaccess:look", { detail: { ...look } }));
    }

    // What the address says of where one looks: the theme, the part of the map, a cell.
    watchLook() {
      const { map } = this.sheet;
      let resting = 0;
      const rest = () => {
        window.clearTimeout(resting);
        resting = window.setTimeout(() => {
          const { lat, lng } = map.getCenter();
          this.look.view = this.sheet.whole ? undefined : { zoom: map.getZoom(), lat, lon: lng };
          this.writeLink();
        }, LOOK_MS);
      };
      map.on("moveend", rest);
      // The address says whose card is open, and forgets it once no card is.
      map.on("popupopen", (event) => {
        const card = event.popup.getElement().querySelector(".ga-cell"), { prefix, cell } = this.sheet.cellData;
        this.setLook({ cell: card ? prefix + cell[card.dataset.cell] : undefined });
      });
      map.on("popupclose", () => window.setTimeout(() => {
        if (map._popup && map._popup.isOpen()) return;
        this.look.cell = undefined;
        this.writeLink();
      }, 0));
      map.on("themechange", () => {
        this.look.theme = this.themeSaid;
        this.writeLink();
      });
    }

    get themeSaid() { return this.sheet.theme === this.known.themes[0] ? undefined : this.sheet.theme; }

    // `cell` of a page's own: the address says it from now on.
    setLook(part) {
      Object.assign(this.look, part);
      this.writeLink();
    }

    get link() {
      return window.location.href.replace(/#.*$/, "") + (scenario.writeHash(this.known, this.state, this.look) || "#");
    }

    writeLink() {
      const hash = scenario.writeHash(this.known, this.state, this.look);
      if (hash === window.location.hash) return;
      try {
        // An address that says nothing keeps its sign: without it the browser would load the page anew.
        window.history.replaceState(null, "", hash || "#");
      } catch {
        // A page in a frame without an address of its own: the link is still to be copied.
      }
    }

    wireKeeping() {
      const act = { copy: () => this.copy(), download: () => this.download(), print: () => window.print() };
      for (const [what, run] of Object.entries(act)) this.panel.querySelector(`[data-what=${what}]`).addEventListener("click", run);
      // In a notebook the page has no address.
      if (window.location.protocol === "about:") this.panel.querySelector("[data-what=copy]").hidden = true;
    }

    tell(text) {
      const said = this.panel.querySelector("[data-what=kept]");
      // The same words twice are told twice.
      said.textContent = "";
      window.setTimeout(() => { said.textContent = text; }, 50);
    }

    async copy() {
      const box = this.panel.querySelector("[data-what=by_hand]"), field = box.querySelector("input");
      try {
        await navigator.clipboard.writeText(this.link);
        box.hidden = true;
        this.tell(this.words.copied);
      } catch {
        field.value = this.link;
        box.hidden = false;
        field.focus();
        field.select();
      }
    }

    download() {
      const text = this.writeScenario(), { file } = this.data;
      if (text === null) {
        this.tell(this.words.nothing_supposed);
        return;
      }
      const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
      make("a", null, { href: address, download: file }).click();
      window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
      this.tell(fill(this.words.downloaded, { file }));
    }

    writeScenario() {
      const { data, words, state } = this, { before, file, study } = data;
      const asked = before.map((name) => `--scenario ${name} `).join("");
      const comments = [fill(words.file_from, { study }), fill(words.file_ask, { before: asked, file })];
      if (before.length) comments.push(fill(words.file_before, { files: before.join(", ") }));
      const was = (name) => fill(words.file_was, { value: this.say(name, this.known.rules[name]) });
      const notes = Object.fromEntries(RULES.map((name) => [name, was(name)]));
      return scenario.writeScenario(this.known, state, {
        name: supposed.listSupposed(this).join(", ") || study, comments, notes, stated: data.stated, added: data.added,
        names: data.names,
      });
    }
  }

  Object.assign(Sheet.prototype, {
    suppose(group, id) {
      const data = read(id);
      document.addEventListener("geoaccess:ready", () => { this.whatIf = new WhatIf(this, data); }, { once: true });
    },
  });
})();
