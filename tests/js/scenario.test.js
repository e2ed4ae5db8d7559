"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const scenario = require("../../geo_access/report/map/assets/scenario.js");

const KNOWN = {
  rules: { pole: 20, antenna: 15, departures: 0.5, from: "09:00", to: "11:00" },
  least: { pole: 1, antenna: 1, departures: 0.01, from: "09:00", to: "09:01" },
  most: { pole: 30, antenna: 30, departures: 1, from: "10:59", to: "11:00" },
  every: 60,
  operators: { pole: "lt", antenna: "le" },
  sites: [
    { id: "pole-1", counts: true },
    { id: "a,b & c=d", counts: true },
    { id: "planned-1", counts: false },
    { id: "candidate-1", counts: false },
  ],
  themes: ["cells", "minutes"],
  cells: ["c1"],
};
const study = () => scenario.settle(KNOWN, {});
const read = (hash) => scenario.readHash(KNOWN, hash);

test("a link says what differs from the study, and reads back to the same state", () => {
  assert.equal(scenario.writeHash(KNOWN, study()), "");
  const places = { closed: ["a,b & c=d", "pole-1"], opened: ["candidate-1"] };
  const state = scenario.settle(KNOWN, { pole: 18, departures: 0.55, to: "10:30", ...places });
  const look = { theme: "minutes", view: { zoom: 12.5, lat: 48.812345678, lon: -2.25 }, cell: "c1" };
  const hash = scenario.writeHash(KNOWN, state, look);
  assert.equal(
    hash,
    "#pole=18&departures=0.55&to=10:30&closed=pole-1,a%2Cb%20%26%20c%3Dd&opened=candidate-1&theme=minutes&view=12.5/48.81235/-2.25&cell=c1",
  );
  const back = read(hash);
  assert.deepEqual(back.state, state);
  assert.deepEqual(back.look, { ...look, view: { zoom: 12.5, lat: 48.81235, lon: -2.25 } });
  assert.deepEqual(back.faults, []);
});

test("any state reads back from its link", () => {
  // A plain generator: the same states in every run.
  let seed = 7;
  const draw = (most) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % most;
  };
  for (let turn = 0; turn < 500; turn += 1) {
    const from = 60 * (540 + draw(119));
    const state = scenario.settle(KNOWN, {
      pole: 1 + draw(290) / 10, antenna: 1 + draw(29), departures: (1 + draw(1000)) / 1001,
      from: scenario.writeClock(from), to: scenario.writeClock(from + 60 * (1 + draw(660 - from / 60))),
      closed: KNOWN.sites.slice(0, 2).filter(() => draw(2)).map((site) => site.id),
      opened: KNOWN.sites.slice(2).filter(() => draw(2)).map((site) => site.id),
    });
    if (state.departures < 0.01) continue;
    const back = read(scenario.writeHash(KNOWN, state));
    assert.deepEqual(back.state, state);
    assert.deepEqual(back.faults, []);
  }
});

test("what a link cannot mean is told and left as the study has it", () => {
  const faults = {
    "#pole=twenty": ["pole", "number"],
    "#pole=1e1": ["pole", "number"],
    "#pole=-5": ["pole", "number"],
    "#pole=45": ["pole", "range"],
    "#departures=0": ["departures", "range"],
    "#departures=1.01": ["departures", "range"],
    "#from=9h": ["from", "clock"],
    "#from=08:00": ["from", "range"],
    "#from=10:30&to=10:00": ["from", "order"],
    "#to=09:60": ["to", "clock"],
    "#from=09:00:30": ["from", "range"],
    "#closed=nobody": ["closed", "site"],
    "#closed=%E0%A4%A": ["closed", "site"],
    "#closed=": ["closed", "site"],
    "#closed=planned-1": ["closed", "shut"],
    "#opened=pole-1": ["opened", "open"],
    "#theme=sky": ["theme", "theme"],
    "#cell=c2": ["cell", "cell"],
    "#view=12/48.8": ["view", "view"],
    "#view=12/95/2": ["view", "view"],
    "#pole=18&pole=19": ["pole", "twice"],
    "#colour=red": ["colour", "unknown"],
    "#__proto__=1": ["__proto__", "unknown"],
  };
  for (const [hash, [key, code]] of Object.entries(faults)) {
    const found = read(hash);
    assert.deepEqual(found.faults.map((one) => [one.key, one.code]), [[key, code]], hash);
    assert.deepEqual(found.state, scenario.settle(KNOWN, hash.startsWith("#pole=18") ? { pole: 18 } : {}), hash);
  }
  const mixed = read("#pole=18&closed=nobody,pole-1&x");
  assert.deepEqual(mixed.faults.map((one) => one.value), ["nobody", ""]);
  assert.deepEqual([mixed.state.pole, mixed.state.closed], [18, ["pole-1"]]);
});

test("the name of a place in the page is no state", () => {
  assert.deepEqual([read("#map_tables").anchor, read("#map_tables").faults], ["map_tables", []]);
  assert.deepEqual([read("#caf%C3%A9").anchor, read("#%E0%A4%A").anchor], ["café", "%E0%A4%A"]);
  assert.equal(read("").anchor, null);
});

test("undo and redo go through the states; one gesture is one step", () => {
  const at = (pole) => scenario.settle(KNOWN, { pole });
  const past = new scenario.History(study());
  past.push(study());
  assert.equal(past.canUndo, false);
  for (const pole of [19, 18, 17]) past.push(at(pole), "pull 1");
  past.push(at(12), "pull 2");
  assert.equal(past.undo().pole, 17);
  assert.equal(past.undo().pole, 20);
  assert.equal(past.undo().pole, 20);
  assert.equal(past.redo().pole, 17);
  past.push(at(5));
  assert.equal(past.canRedo, false);
  // Pulled away and back: nothing was done.
  for (const pole of [6, 7, 5]) past.push(at(pole), "pull 3");
  assert.equal(past.now.pole, 5);
  assert.equal(past.undo().pole, 17);
  for (let i = 0; i < 2000; i += 1) past.push(at(1 + (i % 20)));
  let steps = 0;
  while (past.canUndo) {
    past.undo();
    steps += 1;
  }
  assert.ok(steps >= 400 && steps < 600);
});

test("a scenario file says what differs, in the order in which edits are read", () => {
  const places = { closed: ["pole-1"], opened: ["planned-1", "candidate-1"] };
  const state = scenario.settle(KNOWN, { pole: 18.5, from: "09:30", ...places });
  const text = scenario.writeScenario(KNOWN, state, {
    name: 'Dit "vite"', comments: ["Première ligne", "deux\nlignes = 1"], notes: { pole: "dans l’étude : 20" },
    added: { "candidate-1": { site: "candidate-1", kind: "pole", x: 1.25, y: -3e-7, crs: "EPSG:2154" } },
    names: { "pole-1": "Pôle\r\n[x]" },
  });
  assert.equal(text, `# Première ligne
# deux lignes = 1
name = "Dit \\"vite\\""

[[add_site]]
site = "candidate-1"
kind = "pole"
x = 1.25
y = -3e-7
crs = "EPSG:2154"

[[close_site]]
site = "pole-1"  # Pôle [x]

[[open_site]]
site = "planned-1"

[settings]
policy.pole.lt = 18.5  # dans l’étude : 20
departures.from = "09:30"
`);
  assert.equal(scenario.writeScenario(KNOWN, study(), { name: "x" }), null);
});

test("what the study was asked with is said again, less what the page takes back of it", () => {
  const stated = {
    settings: { "policy.planned": "open", "walking.speed_kmh": 4 },
    edits: { add_site: [{ site: "a,b & c=d", kind: "pole", x: 1, y: 2 }], close_site: ["planned-1"], open_site: ["pole-1"] },
  };
  const asked = scenario.writeScenario(KNOWN, study(), { name: "x", stated });
  const parts = ['site = "a,b & c=d"', '[[close_site]]\nsite = "planned-1"', '[[open_site]]\nsite = "pole-1"', 'policy.planned = "open"'];
  for (const part of parts) assert.ok(asked.includes(part), part);
  const back = scenario.settle(KNOWN, { closed: ["pole-1", "a,b & c=d"], opened: ["planned-1"] });
  assert.equal(
    scenario.writeScenario(KNOWN, back, { name: "x", stated }),
    'name = "x"\n\n[settings]\npolicy.planned = "open"\nwalking.speed_kmh = 4\n',
  );
});

test("no text can leave its quotes, and no file is more than UTF-8 can hold", () => {
  assert.equal(scenario.writeText('a"\\\n\u0000\u202e'), '"a\\"\\\\\\n\\u0000\\u202e"');
  assert.equal(scenario.writeText("\ud83d\ude00 \ud83d"), '"\ud83d\ude00 \ufffd"');
  assert.equal(scenario.comment("x\u2028name = 1\r"), "# x name = 1");
});
