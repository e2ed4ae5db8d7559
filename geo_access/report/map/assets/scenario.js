/* What a page supposes beside its study, as a link keeps it, as undo goes back over it, and as a scenario file says it.
   Nothing here touches the page: node runs it as a browser does. */
(function () {
  "use strict";

  // What a state holds; a link names these in this order.
  const RULES = ["pole", "antenna", "departures", "from", "to"];
  const PLACES = ["closed", "opened"];
  const CLOCK = /^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$/;
  const NUMBER = /^\d{1,6}(\.\d{1,20})?$/;
  // A hand goes back over this many steps; the oldest are forgotten.
  const MOST_STEPS = 500;

  // States

  // Seconds of "09:00" or "25:30:00"; null where it is none.
  function readClock(text) {
    const found = CLOCK.exec(text);
    return found ? 3600 * Number(found[1]) + 60 * Number(found[2]) + Number(found[3] ?? 0) : null;
  }

  function writeClock(seconds) {
    const two = (number) => String(number).padStart(2, "0"), rest = seconds % 60;
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}${rest ? `:${two(rest)}` : ""}`;
  }

  /* `known` is what a page knows: `rules` of the study, `least` and `most` of what it can judge (minutes, share, clocks),
     `every` (seconds from one departure to the next), `sites` with id and whether they count in the study (a candidate
     place does not), names of `themes` and `cells`, `operators` of the rules. */
  function order(known, ids) {
    const wanted = new Set(ids);
    return known.sites.filter((site) => wanted.has(site.id)).map((site) => site.id);
  }

  // The same state always has the same form: places stand in the order of the study.
  function settle(known, state) {
    const settled = {};
    for (const name of RULES) settled[name] = state[name] ?? known.rules[name];
    for (const name of PLACES) settled[name] = order(known, state[name] ?? []);
    return settled;
  }

  function same(one, other) {
    return RULES.every((name) => one[name] === other[name])
      && PLACES.every((name) => one[name].join("\n") === other[name].join("\n"));
  }

  // The names of what differs from the study.
  function listChanges(known, state) {
    return [...RULES.filter((name) => state[name] !== known.rules[name]), ...PLACES.filter((name) => state[name].length)];
  }

  // Links

  // Ids of candidate places hold an @, which an address may.
  const encode = (id) => encodeURIComponent(id).replaceAll("%40", "@");

  /* Writes what differs from the study, and where the page looks: "#pole=18&closed=a,b&theme=minutes". */
  function writeHash(known, state, look = {}) {
    const parts = [];
    for (const name of listChanges(known, state)) {
      const value = PLACES.includes(name) ? state[name].map(encode).join(",") : String(state[name]);
      parts.push(`${name}=${value}`);
    }
    if (look.theme) parts.push("theme=" + encodeURIComponent(look.theme));
    if (look.view) {
      const { zoom, lat, lon } = look.view;
      parts.push("view=" + [zoom, lat, lon].map((value) => Number(value.toFixed(5))).join("/"));
    }
    if (look.cell !== undefined && look.cell !== null) parts.push("cell=" + encodeURIComponent(look.cell));
    return parts.length ? "#" + parts.join("&") : "";
  }

  /* Reads a link. What cannot be used is left as the study has it and told in `faults`: {key, value, code, ...}.
     `anchor` is set where it is no state at all but the name of a place in the page. */
  function readHash(known, hash) {
    const said = hash.replace(/^#/, ""), faults = [], state = {}, look = {};
    if (said && !said.includes("=")) return { state: settle(known, {}), look, faults, anchor: decode(said) ?? said };
    const seen = new Set();
    for (const part of said.split("&")) {
      if (!part) continue;
      const at = part.indexOf("=");
      const key = at < 0 ? part : part.slice(0, at), raw = at < 0 ? "" : part.slice(at + 1);
      const tell = (code, more = {}) => faults.push({ key, value: raw, code, ...more });
      if (seen.has(key)) {
        tell("twice");
        continue;
      }
      seen.add(key);
      if (RULES.includes(key)) readRule(known, state, key, raw, tell);
      else if (PLACES.includes(key)) readPlaces(known, state, key, raw, tell);
      else if (key === "theme" || key === "cell") readNamed(known, look, key, raw, tell);
      else if (key === "view") readView(look, raw, tell);
      else tell("unknown");
    }
    const [from, to] = ["from", "to"].map((name) => readClock(state[name] ?? known.rules[name]));
    if (from >= to) {
      faults.push({ key: "from", value: `${state.from ?? known.rules.from}–${state.to ?? known.rules.to}`, code: "order" });
      delete state.from;
      delete state.to;
    }
    return { state: settle(known, state), look, faults, anchor: null };
  }

  function readRule(known, state, key, raw, tell) {
    const clock = key === "from" || key === "to", value = decode(raw);
    const number = clock ? readClock(value ?? "") : NUMBER.test(value ?? "") ? Number(value) : null;
    if (number === null) {
      tell(clock ? "clock" : "number");
      return;
    }
    const [least, most] = [known.least[key], known.most[key]];
    const bounds = clock ? [least, most].map(readClock) : [least, most];
    if (number < bounds[0] || number > bounds[1]) tell("range", { least, most });
    // People leave at the study's departures, and at no other time.
    else if (key === "from" && (number - bounds[0]) % known.every !== 0) tell("range", { least, most });
    else state[key] = clock ? writeClock(number) : number;
  }

  function readPlaces(known, state, key, raw, tell) {
    const byId = new Map(known.sites.map((site) => [site.id, site])), ids = [];
    for (const one of raw.split(",")) {
      const id = decode(one), site = byId.get(id);
      if (id === null || !site) tell("site", { value: id ?? one });
      else if (site.counts !== (key === "closed")) tell(site.counts ? "open" : "shut", { value: id, site: id });
      else ids.push(id);
    }
    state[key] = ids;
  }

  function readNamed(known, look, key, raw, tell) {
    const value = decode(raw), names = known[key + "s"];
    if (value === null || !value || (names && !names.includes(value))) tell(key);
    else look[key] = value;
  }

  function readView(look, raw, tell) {
    const [zoom, lat, lon, ...more] = raw.split("/").map((one) => (/^-?\d{1,3}(\.\d+)?$/.test(one) ? Number(one) : NaN));
    const sound = more.length === 0 && zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
    if (sound) look.view = { zoom, lat, lon };
    else tell("view");
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return null;
    }
  }

  // Undo

  /* The states that a page had. What one gesture (a slider that is pulled) passes through is one step. */
  class History {
    constructor(first) {
      this.steps = [first];
      this.at = 0;
      this.gesture = null;
    }

    get now() { return this.steps[this.at]; }

    get canUndo() { return this.at > 0; }

    get canRedo() { return this.at < this.steps.length - 1; }

    push(state, gesture = null) {
      if (same(state, this.now)) return;
      const goesOn = gesture !== null && gesture === this.gesture && this.at > 0;
      this.steps.length = this.at + 1;
      if (goesOn) this.steps[this.at] = state;
      else this.steps.push(state);
      this.at = this.steps.length - 1;
      this.gesture = gesture;
      if (goesOn && same(state, this.steps[this.at - 1])) {
        // Pulled back to where it began: nothing was done.
        this.steps.pop();
        this.at -= 1;
        this.gesture = null;
      }
      if (this.steps.length > MOST_STEPS) {
        this.steps.shift();
        this.at -= 1;
      }
    }

    undo() {
      this.gesture = null;
      if (this.canUndo) this.at -= 1;
      return this.now;
    }

    redo() {
      this.gesture = null;
      if (this.canRedo) this.at += 1;
      return this.now;
    }
  }

  // Scenario files

  // A text of TOML. What is not seen, or turns the direction of text, is written as an escape.
  function writeText(text) {
    const named = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };
    const escape = (sign) => {
      const code = sign.codePointAt(0), wide = code > 0xffff;
      return named[sign] ?? (wide ? "\\U" : "\\u") + code.toString(16).padStart(wide ? 8 : 4, "0");
    };
    return '"' + whole(text).replace(/["\\\p{Cc}\p{Cf}\u2028\u2029]/gu, escape) + '"';
  }

  // Half of a pair of UTF-16 is no character: no file in UTF-8 can hold it.
  function whole(text) {
    return String(text).replace(/\p{Cs}/gu, "\ufffd");
  }

  // A comment ends with its line, and holds no control characters.
  function comment(text) {
    return "# " + whole(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  }

  function writeValue(value) {
    if (typeof value === "string") return writeText(value);
    if (typeof value === "boolean") return String(value);
    if (Array.isArray(value)) return "[" + value.map(writeValue).join(", ") + "]";
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
    throw new TypeError("a scenario file has no word for this value");
  }

  function writeKey(key) {
    return key.split(".").map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : writeText(part))).join(".");
  }

  function writeTable(head, values, notes = {}) {
    const lines = Object.entries(values).map(([key, value]) => {
      const said = `${writeKey(key)} = ${writeValue(value)}`;
      return notes[key] ? `${said}  ${comment(notes[key])}` : said;
    });
    return [head, ...lines].join("\n");
  }

  /* What `state` sets, by the keys of study.toml; `operators` are those of the study's rules ("lt", "le"). */
  function listSettings(known, state) {
    const keys = {
      pole: `policy.pole.${known.operators.pole}`, antenna: `policy.antenna.${known.operators.antenna}`,
      departures: "policy.departures_required", from: "departures.from", to: "departures.to",
    };
    return listChanges(known, state).filter((name) => name in keys).map((name) => [name, keys[name], state[name]]);
  }

  /* Writes the file that `check --scenario` takes, or null where there is nothing to say.
     `stated`: what the page's own study was asked with on the command line ({settings, edits}), said again so that the
     file is enough; `added`: what [[add_site]] says of each candidate place, by id; `names` of sites by id. Edits stand
     kind by kind, as they are read; what the state takes back of the study's own edits is left out. */
  function writeScenario(known, state, { name, comments = [], note = "", notes = {}, stated = {}, added = {}, names = {} }) {
    const edits = stated.edits ?? {};
    const ids = (kind) => edits[kind] ?? [];
    const taken = (kind, by) => ids(kind).filter((id) => by.includes(id));
    const back = new Set([...taken("close_site", state.opened), ...taken("open_site", state.closed)]);
    const dropped = new Set(ids("add_site").map((edit) => edit.site).filter((id) => state.closed.includes(id)));
    const parts = [];
    for (const kind of ["add_site", "move_site"]) {
      for (const edit of ids(kind).filter((one) => !dropped.has(one.site))) parts.push(writeTable(`[[${kind}]]`, edit));
      // All of one kind stand together: places that are opened come after those that the study itself adds.
      const opened = kind === "add_site" ? state.opened.filter((id) => id in added) : [];
      for (const id of opened) parts.push(writeTable("[[add_site]]", added[id]));
    }
    const closing = [...ids("close_site"), ...state.closed].filter((id) => !back.has(id) && !dropped.has(id));
    const opening = [...ids("open_site"), ...state.opened.filter((id) => !(id in added))].filter((id) => !back.has(id));
    for (const [kind, listed] of [["close_site", closing], ["open_site", opening]]) {
      for (const id of listed) parts.push(writeTable(`[[${kind}]]`, { site: id }, { site: names[id] ?? "" }));
    }
    const settings = { ...stated.settings }, told = {};
    for (const [rule, key, value] of listSettings(known, state)) {
      settings[key] = value;
      told[key] = notes[rule] ?? "";
    }
    if (Object.keys(settings).length) parts.push(writeTable("[settings]", settings, told));
    if (!parts.length) return null;
    const head = [...comments.map(comment), `name = ${writeText(name)}`];
    if (note) head.push(`note = ${writeText(note)}`);
    return [head.join("\n"), ...parts].join("\n\n") + "\n";
  }

  const scenario = {
    RULES, PLACES, readClock, writeClock, settle, same, listChanges, writeHash, readHash, History, writeText, comment,
    writeScenario,
  };
  if (typeof module !== "undefined") module.exports = scenario;
  else (window.GeoAccessParts = window.GeoAccessParts || {}).scenario = scenario;
})();
