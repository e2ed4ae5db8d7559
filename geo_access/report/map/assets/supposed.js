/* What the page says once it supposes something beside its study: the sentence, the key figures, tables, legends, cards.
   Back at the study, every text is again the one that was written. */
(function () {
  "use strict";

  const inNode = typeof module !== "undefined";
  const { fill, choose, sayCount, sayShare, sayMinutes, scenario } = inNode
    ? { ...require("./parts.js"), scenario: require("./scenario.js") } : window.GeoAccessParts;
  // A screen reader is told when nothing has changed for so long (ms).
  const TOLD_MS = 350;
  const NAMED = 3;
  const LONGEST = 80;
  const SERVED = ["pole", "antenna"];

  // Numbers and words; the same rules as geo_access/core/formats.py

  // At most two decimals, without needless zeros.
  function sayNumber(value, numbers) {
    return String(Number(value.toFixed(2))).replace(".", numbers.decimal);
  }

  function sayClock(seconds, numbers) {
    const hours = Math.floor(seconds / 3600), minutes = String(Math.floor(seconds / 60) % 60).padStart(2, "0");
    if (numbers.decimal === ".") return `${String(hours).padStart(2, "0")}:${minutes}`;
    return `${hours}\u00a0h` + (minutes === "00" ? "" : `\u00a0${minutes}`);
  }

  // What is shown of a share is cut: what is shown of a change is the difference of what is shown.
  const cut = (share) => Math.floor(share * 1000 + 1e-9) / 10;

  const partOf = ({ served, residents }) => (residents > 0 ? served / residents : 0);

  // What a share leaves of the whole, as the page writes those who are not served: raised, where the other is cut.
  function sayMissed(share, numbers) {
    const tenths = 1000 - Math.floor((1 - share) * 1000 + 1e-9);
    const said = tenths >= 1000 && share < 1 ? "99.9" : tenths <= 0 || share <= 0 ? "0" : tenths < 1000 ? (tenths / 10).toFixed(1) : "100";
    return said.replace(".", numbers.decimal) + numbers.percent;
  }

  function sign(value, said) {
    return value > 0 ? "+" + said : value < 0 ? "\u2212" + said : said;
  }

  function sayPoints(now, was, { plural, numbers }) {
    const points = Number((cut(now) - cut(was)).toFixed(1));
    return fill(choose(plural.points, points, numbers), { count: sign(points, sayNumber(Math.abs(points), numbers)) });
  }

  function sayPeople(change, { plural, numbers }) {
    const shown = Math.floor(Math.abs(change) + 0.5), forms = change < 0 ? plural.people_fewer : plural.people_more;
    return fill(choose(forms, shown, numbers), { count: sayCount(Math.abs(change), numbers) });
  }

  // What is supposed, each in a few words: "pôle social à moins de 25 min en transports en commun".
  function listSupposed(whatIf) {
    const { data, known, state, sheet } = whatIf, say = (name) => whatIf.say(name, state[name]);
    const { words } = data, changes = scenario.listChanges(known, state), said = [];
    const numbers = sheet.numbers;
    for (const role of SERVED) {
      if (changes.includes(role)) said.push(fill(data.rules[role], { minutes: sayNumber(state[role], numbers) }));
    }
    if (changes.includes("departures")) said.push(fill(words.departures_changed, { share: say("departures") }));
    if (changes.includes("from") || changes.includes("to")) {
      said.push(fill(words.hours_changed, { start: say("from"), end: say("to") }));
    }
    for (const [name, word] of [["closed", words.closing], ["opened", words.opening]]) {
      if (state[name].length) said.push(fill(word, { names: nameSites(state[name], data, numbers) }));
    }
    return said;
  }

  function nameSites(ids, { names, words, plural }, numbers) {
    // One more than can be named is named rather than counted.
    const shown = ids.length > NAMED + 1 ? ids.slice(0, NAMED) : ids;
    const named = shown.map((id) => fill(words.named, { name: names[id] ?? id }));
    const more = ids.length - named.length, and = words.and;
    const last = named[named.length - 1];
    if (!more) return named.length < 2 ? last : `${named.slice(0, -1).join(", ")} ${and} ${last}`;
    return fill(choose(plural.some_sites, more, numbers), { names: named.join(", "), count: sayCount(more, numbers) });
  }

  // The median of people, as `judging._weighted_medians`; null where half of them are farther than the page carries.
  function weightedMedian(cells, seconds, weights) {
    const mine = cells.filter((cell) => weights[cell] > 0);
    if (!mine.length) return null;
    const time = (cell) => (Number.isNaN(seconds[cell]) ? Infinity : seconds[cell]);
    mine.sort((a, b) => (time(a) === time(b) ? a - b : time(a) - time(b)));
    const sums = new Float64Array(mine.length);
    mine.reduce((sum, cell, i) => (sums[i] = sum + weights[cell]), 0);
    const half = sums[sums.length - 1] / 2;
    const found = time(mine[sums.findIndex((sum) => sum >= half)]);
    return found === Infinity ? null : found;
  }

  const pure = { sayMissed, sayNumber, sayClock, sayPoints, sayPeople, cut, choose, listSupposed, nameSites, weightedMedian };
  if (inNode) {
    module.exports = pure;
    return;
  }

  // Texts of the page

  // Elements that say something else now, and what they said when the page was opened.
  class Written {
    constructor() {
      this.kept = new Map();
      this.hidden = new Map();
    }

    say(element, text, value, of) {
      if (!element) return;
      if (!this.kept.has(element)) {
        this.kept.set(element, { text: element.textContent, value: element.dataset.value, name: element.className, of });
      }
      if (element.textContent !== text) element.textContent = text;
      if (value !== undefined) element.dataset.value = value;
      element.classList.toggle("ga-supposed", text !== this.kept.get(element).text);
    }

    hide(element, hidden) {
      if (!this.hidden.has(element)) this.hidden.set(element, element.hidden);
      element.hidden = hidden;
    }

    restore() {
      for (const [element, hidden] of this.hidden) element.hidden = hidden;
      for (const element of this.kept.keys()) this.undo(element);
    }

    // The cells of one column say again what they said.
    putBack(column) {
      for (const [element, { of }] of this.kept) if (of === column) this.undo(element);
    }

    undo(element) {
      const { text, value, name } = this.kept.get(element);
      if (element.textContent !== text) element.textContent = text;
      if (value !== undefined) element.dataset.value = value;
      element.className = name;
    }
  }

  // What the head, the tables and the legends show of a verdict.
  class Shown {
    constructor(whatIf) {
      Object.assign(this, { whatIf, sheet: whatIf.sheet, data: whatIf.data, numbers: whatIf.sheet.numbers, written: new Written() });
      const { id } = this.sheet, { engine } = whatIf.live;
      this.status = document.getElementById(id + "_hypothesis");
      this.faults = document.getElementById(id + "_faults");
      this.now = whatIf.panel.querySelector("[data-what=now]");
      this.key = document.getElementById(id + "_key");
      this.base = whatIf.live.base;
      this.inhabited = this.base.communes.filter((row) => row.residents > 0).length;
      this.cellsOf = this.base.communes.map(() => []);
      engine.commune.forEach((commune, cell) => { if (commune >= 0) this.cellsOf[commune].push(cell); });
      this.rows = new Map(this.base.communes.map((row, i) => [row.insee, i]));
      const { most } = engine.limits.pole;
      this.farther = most === null ? "\u2013" : fill(this.data.words.farther, { most: sayNumber(most, this.numbers) });
      const terms = { plural: this.data.plural, numbers: this.numbers };
      this.points = (now, was) => sayPoints(now, was, terms);
      this.people = (change) => sayPeople(change, terms);
      this.spoken = false;
      this.sheet.map.on("themechange", () => {
        if (this.whatIf.isSupposing) this.sayLegends(this.verdict);
      });
    }

    show(verdict) {
      const supposing = this.whatIf.isSupposing;
      document.documentElement.classList.toggle("ga-supposing", supposing);
      document.querySelectorAll("[data-supposing]").forEach((element) => { element.hidden = !supposing; });
      this.verdict = verdict;
      // The head may be far from the hand.
      const part = partOf(verdict.total), was = partOf(this.base.total), { words } = this.data;
      const change = cut(part) === cut(was) ? words.unchanged : this.points(part, was);
      this.now.textContent = fill(words.answer, { share: sayShare(part, this.numbers), change });
      if (supposing) {
        this.sayKey(verdict);
        this.sayTables(verdict, (column) => column !== "median");
        this.sayLegends(verdict);
      } else {
        this.sayTables(verdict, () => false);
        for (const role of SERVED) this.sayRule(role);
        this.written.restore();
        this.key.querySelectorAll(".ga-delta").forEach((element) => element.remove());
      }
      this.resort();
      window.clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => this.rest(verdict, supposing), TOLD_MS);
      if (!this.spoken) this.sayStatus(verdict, supposing);
    }

    // What no slider waits for: medians, and the sentence that screen readers read out.
    rest(verdict, supposing) {
      if (supposing) {
        if (this.keepsPoles()) this.written.putBack("median");
        else this.sayTables(verdict, (column) => column === "median");
        this.resort();
      }
      this.renewCard();
      this.sayStatus(verdict, supposing);
    }

    // An open card of a commune says what the state says; that of a cell renews itself.
    renewCard() {
      const popup = this.sheet.map._popup;
      if (!popup || !popup.isOpen() || typeof popup._content !== "function" || popup.getElement().querySelector(".ga-cell")) return;
      popup.update();
    }

    // Whether every journey to a pole is the study's own; then so are its medians, which go farther than the page carries.
    keepsPoles() {
      const { engine, state } = this.whatIf.live, { base } = engine, poles = (of) => engine.listCounting("pole", of).join();
      return state.from === base.from && state.to === base.to && poles(state) === poles(base);
    }

    sayStatus(verdict, supposing) {
      const { words } = this.data;
      let text = "";
      if (supposing) {
        this.spoken = true;
        text = `${fill(words.hypothesis, { changes: listSupposed(this.whatIf).join(words.between) })} ${this.sayOutcome(verdict)}`;
      } else if (this.spoken) text = fill(words.study_again, { share: sayShare(partOf(this.base.total), this.numbers) });
      if (this.status.textContent !== text) this.status.textContent = text;
      this.status.classList.toggle("ga-hypothesis", supposing);
    }

    sayChange(total) {
      const was = this.base.total, change = total.served - was.served;
      if (Math.abs(change) < 0.5) return this.data.words.unchanged;
      return `${this.points(partOf(total), partOf(was))}, ${this.people(change)}`;
    }

    sayOutcome({ total, communes, without }) {
      const { words } = this.data;
      const share = sayShare(partOf(total), this.numbers), said = this.sayChange(total);
      const meeting = sayCount(communes.filter((row) => row.meets).length, this.numbers);
      return [
        fill(words.outcome, { share, change: said }),
        fill(words.outcome_communes, { meeting, inhabited: sayCount(this.inhabited, this.numbers) }),
        ...without.map((role) => words[`without_${role}`]),
      ].join(" ");
    }

    // The key figures, and how far each is from the study's.
    sayKey({ total, communes }) {
      const was = this.base, { words, plural } = this.data;
      const meeting = (rows) => rows.filter((row) => row.meets).length;
      const missed = (rows) => rows.reduce((sum, row) => sum + row.beyond + row.unsnapped, 0);
      const share = partOf(total), before = partOf(was.total);
      // As the sentence counts them: sums of others would differ by a hair.
      const [more, people] = [meeting(communes) - meeting(was.communes), was.total.served - total.served];
      const figures = {
        communes: [sayCount(meeting(communes), this.numbers), more && sign(more, String(Math.abs(more)))],
        served: [sayShare(share, this.numbers), cut(share) !== cut(before) && this.points(share, before)],
        beyond: [
          sayCount(missed(communes), this.numbers),
          Math.abs(people) >= 0.5 && this.signed(people, plural.people_change),
        ],
      };
      for (const [key, [said, delta]] of Object.entries(figures)) {
        const item = this.key.querySelector(`li[data-key=${key}]`);
        if (!item) continue;
        this.written.say(item.querySelector("strong"), said);
        let note = item.querySelector(".ga-delta");
        if (!note) {
          note = document.createElement("small");
          note.className = "ga-delta";
          const hidden = document.createElement("span");
          hidden.className = "ga-hidden";
          hidden.textContent = " " + words.against_study;
          note.append(document.createElement("span"), hidden);
          item.append(note);
        }
        note.hidden = !delta;
        if (note.firstChild.textContent !== delta) note.firstChild.textContent = delta || "";
      }
    }

    signed(change, forms) {
      const shown = Math.floor(Math.abs(change) + 0.5);
      return sign(shown && change, fill(choose(forms, shown, this.numbers), { count: sayCount(Math.abs(change), this.numbers) }));
    }

    // Tables by commune and by SST

    sayTables(verdict, wanted) {
      const byCommune = (row) => [verdict.communes[this.rows.get(row)]];
      this.sayTable("insee", byCommune, (row) => this.cellsOf[this.rows.get(row)], verdict, wanted);
      const of = this.data.sst, listed = (name) => verdict.communes.filter((row) => of[row.insee] === name);
      this.sayTable("sst", listed, (name) => listed(name).flatMap((row) => this.cellsOf[this.rows.get(row.insee)]), verdict, wanted);
    }

    sayTable(by, pick, pickCells, verdict, wanted) {
      const body = document.querySelector(`#${this.sheet.id}_tables tbody:has(tr[data-${by}])`);
      if (!body) return;
      const table = body.parentElement, heads = Array.from(table.tHead.rows[0].cells, (head) => head.dataset.column);
      for (const row of body.rows) {
        const figures = this.add(pick(row.dataset[by]), () => pickCells(row.dataset[by]), verdict);
        heads.forEach((column, i) => { if (wanted(column)) this.sayCell(row.cells[i], column, figures); });
        row.classList.toggle("ga-missed", figures.meets === false);
      }
      const foot = table.tFoot && table.tFoot.rows[0];
      if (foot) {
        const whole = this.add(verdict.communes, null, verdict);
        heads.forEach((column, i) => {
          if (wanted(column) && column !== "median" && column !== "verdict") this.sayCell(foot.cells[i], column, whole);
        });
      }
    }

    // The figures of some communes together.
    add(rows, pickCells, verdict) {
      const sum = (name) => rows.reduce((all, row) => all + row[name], 0);
      const residents = sum("residents"), served = sum("served");
      const part = (name) => rows.reduce((all, row) => all + (row[name] ?? 0) * row.residents, 0) / residents;
      const lived = residents > 0;
      const one = rows.length === 1;
      return {
        residents, beyond: sum("beyond"), unsnapped: sum("unsnapped"), served,
        missed: sum("beyond") + sum("unsnapped"),
        share: lived ? served / residents : null,
        share_pole: lived ? (one ? rows[0].share_pole : part("share_pole")) : null,
        share_antenna: lived ? (one ? rows[0].share_antenna : part("share_antenna")) : null,
        meets: lived ? served / residents >= this.data.required : null,
        get median() { return pickCells ? weightedMedian(pickCells(), verdict.cells.pole_s, this.weights) : undefined; },
        weights: this.whatIf.live.engine.weights,
      };
    }

    sayCell(cell, column, figures) {
      if (!cell || !(column in figures) && column !== "verdict") return;
      const { words } = this.data, value = column === "verdict" ? figures.meets : figures[column];
      if (column === "verdict") {
        if (value !== null) this.written.say(cell, value ? words.meets : words.misses);
      } else if (column === "median") {
        this.written.say(cell, this.sayMedian(value), value === null ? "" : String(value / 60), "median");
      } else if (value !== null) {
        const share = column.startsWith("share");
        this.written.say(cell, share ? sayShare(value, this.numbers) : sayCount(value, this.numbers), String(Number(value.toFixed(6))));
      }
    }

    sayMedian(value) {
      return value === null ? this.farther : sayMinutes(value, this.data.operator, this.numbers).replace(/\u00a0min$/, "");
    }

    // The order of a table follows its figures.
    resort() {
      document.querySelectorAll(`#${this.sheet.id}_tables table`).forEach((table) => table.sortAgain?.());
    }

    // Legends: how many residents and cells each row stands for now.
    sayLegends(verdict) {
      const { live } = this.whatIf, { STATES } = window.GeoAccessParts, { theme } = this.sheet;
      for (const role of SERVED) this.sayRule(role);
      // Of a theme that is not shown, the legend is not either.
      if (theme === "cells") this.sayLegend("cells", verdict.cells.state, (code) => STATES[code]);
      if (theme === "communes") this.sayClasses(live.kindsOf("communes"), verdict.communes);
      if (theme === "minutes" || theme === "departures") this.sayLegend(theme, live.kindsOf(theme), String);
      this.sayThresholds();
    }

    // The rule of a state, in the legend and on the cards of cells.
    sayRule(role) {
      const { data, state } = this.whatIf;
      const said = fill(data.rules[role], { minutes: sayNumber(state[role], this.numbers) });
      const label = said[0].toUpperCase() + said.slice(1);
      this.written.say(document.querySelector(`#${this.sheet.id}_legend_cells [data-of=${role}] [data-said]`), label);
      this.sheet.cellData.labels[SERVED.indexOf(role)] = label;
    }

    sayLegend(name, kinds, find) {
      const rows = document.querySelectorAll(`#${this.sheet.id}_legend_${name} [data-of]`);
      if (!rows.length) return;
      const { weights } = this.whatIf.live.engine, people = new Float64Array(16), cells = new Uint32Array(16);
      for (let cell = 0; cell < kinds.length; cell += 1) {
        people[kinds[cell]] += weights[cell];
        cells[kinds[cell]] += 1;
      }
      const whole = this.base.total.residents;
      for (let code = 0; code < people.length; code += 1) {
        const item = Array.from(rows).find((row) => row.dataset.of === find(code));
        const said = item && item.querySelector("[data-people]");
        if (!said) continue;
        const missed = item.dataset.of === "beyond" || item.dataset.of === "unsnapped";
        const share = (missed ? sayMissed : sayShare)(people[code] / whole, this.numbers);
        const form = choose(this.data.plural.legend_people, people[code], this.numbers);
        this.written.say(said, fill(form, { people: sayCount(people[code], this.numbers), share }));
        const counted = fill(this.data.words.legend_cells_count, { cells: sayCount(cells[code], this.numbers) });
        this.written.say(item.querySelector("[data-cells]"), `(${counted})`);
      }
    }

    // The classes of communes by share.
    sayClasses(kinds, communes) {
      const counted = new Map();
      communes.forEach((row, i) => {
        const [count, people] = counted.get(kinds[i]) ?? [0, 0];
        counted.set(kinds[i], [count + 1, people + row.residents]);
      });
      document.querySelectorAll(`#${this.sheet.id}_legend_communes [data-of]`).forEach((item) => {
        const [count, people] = counted.get(Number(item.dataset.of)) ?? [0, 0];
        const form = choose(this.data.plural.legend_communes_count, people, this.numbers);
        const said = fill(form, { count: sayCount(count, this.numbers), people: sayCount(people, this.numbers) });
        this.written.say(item.querySelector("[data-people]"), said);
      });
    }

    sayThresholds() {
      const { state, known, data } = this.whatIf, find = (theme, css) => document.querySelector(`#${this.sheet.id}_legend_${theme} ${css}`);
      // Classes of minutes keep the study's bounds: where the rule is another, none of them is its threshold.
      const minutes = find("minutes", ".ga-threshold");
      if (minutes) this.written.hide(minutes, state.pole !== known.rules.pole);
      // Those of departures follow the share that is required.
      if (known.rules.departures === 1) return;
      const say = (share) => this.whatIf.say("departures", share), { words } = data, asked = say(state.departures);
      const half = say(state.departures / 2), between = (low, high) => fill(words.departures_between, { low, high });
      const labels = [null, between(asked, say(1)), between(half, asked), fill(words.departures_below, { high: half })];
      labels.forEach((label, i) => {
        if (label) this.written.say(find("departures", `[data-of="${i}"] [data-said]`), label[0].toUpperCase() + label.slice(1));
      });
      this.written.say(find("departures", ".ga-threshold span"), fill(words.departures_threshold, { share: asked }));
    }
  }

  function show(whatIf, verdict) {
    whatIf.shown = whatIf.shown || new Shown(whatIf);
    whatIf.shown.show(verdict);
  }

  // What a link asks for and the page cannot show.
  function tellFaults(whatIf, faults) {
    const box = document.getElementById(whatIf.sheet.id + "_faults"), { words } = whatIf.data;
    const said = faults.map(({ key, code, value, site }) => {
      const [least, most] = code === "range" ? whatIf.edges(key) : [];
      const shown = site ? whatIf.data.names[site] ?? value : clip(decode(value));
      return fill(words[`fault_${code}`], { key: clip(key), value: shown, name: words[`name_${key}`] ?? key, least, most });
    });
    const text = said.length ? fill(words.faults, { faults: said.join(words.between) }) : "";
    if (box.textContent !== text) box.textContent = text;
  }

  // A link may hold anything, at any length.
  function clip(text) {
    return text.length > LONGEST ? text.slice(0, LONGEST) + "\u2026" : text;
  }

  function decode(value) {
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  }

  window.GeoAccessParts.supposed = { ...pure, show, tellFaults };
})();
