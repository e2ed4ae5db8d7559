"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const zlib = require("node:zlib");
const { limitOf, openEngine, readClock, sayClock } = require("../../geo_access/report/map/assets/engine.js");
const { inflateNow } = require("../../geo_access/report/map/assets/inflate.js");

function numbers(values) {
  const bytes = [];
  for (let value of values) {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    bytes.push(value);
  }
  return bytes;
}

// Three cells of one commune, four departures five minutes apart, one pole by transit and one antenna on foot. The first cell
// waits for one vehicle, then for another; the second walks; the third is tied to no street.
function open(changes = {}) {
  const weights = new Uint8Array(new Float64Array([10.5, 20, 5]).buffer);
  const bytes = numbers([
    1, 1, 1, 0, 0, 0, 1, 1, 0,
    // The pole: cells 0 and 1, on foot never and in 600 s, arrivals at 900 and 1500 s; then four departures each.
    2, 0, 1, 0, 600, 2, 900, 600, 3, 0, 3, 2, 1, 1, 1, 1,
    // The antenna: cell 1 in 400 s.
    1, 1, 400,
  ]);
  const site = { status: "open", open: true, pool: -1, presence: null, address: 0, lat: 0, lon: 0 };
  const header = {
    cells: 3, departures: { from: 32400, every: 300, count: 4 }, required: { departures: 0.5, share: 1 }, presence: false,
    communes: [{ insee: "1" }],
    rules: {
      pole: { minutes: 20, operator: "lt", own: false, table: 0, slider: 30 },
      antenna: { minutes: 15, operator: "le", own: false, table: 1, slider: 25 },
    },
    tables: [{ rides: true, carried: 1800, spots: [0] }, { rides: false, carried: null, spots: [1] }],
    sites: [
      { ...site, id: "p", name: "Pole", kind: "pole", counts: ["pole"], spot: 0 },
      { ...site, id: "a", name: "Antenna", kind: "antenna", counts: ["antenna"], spot: 1 },
    ],
    ...changes,
  };
  return openEngine(header, Uint8Array.from([...weights, ...bytes]));
}

test("limits are rounded as Python rounds them, and strict ones are a second less", () => {
  assert.deepEqual([20, 0.175, 0.125, 0.025, 0.0083].map((minutes) => limitOf(minutes, "le")), [1200, 10, 8, 2, 0]);
  assert.equal(limitOf(20, "lt"), 1199);
});

test("clocks count from the day's origin, past midnight too", () => {
  assert.deepEqual(["09:00", "9:00:30", "25:30:00"].map(readClock), [32400, 32430, 91800]);
  assert.ok(["9h", "24:60", "", "09:00:60", "09:00 "].every((said) => Number.isNaN(readClock(said))));
  assert.deepEqual([32400, 32430, 91800].map(sayClock), ["09:00", "09:00:30", "25:30"]);
});

test("seconds fall while one waits for a vehicle, and what is not carried is told apart", () => {
  const engine = open();
  assert.deepEqual(Array.from(engine.seconds(0, "p")), [900, 600, 900, 65535]);
  assert.deepEqual(Array.from(engine.seconds(1, "p")), [600, 600, 600, 600]);
  assert.equal(engine.seconds(1, "a"), 400);
  assert.equal(engine.seconds(2, "p"), null);
  const curve = engine.curve(0, "pole", { from: "09:05" });
  assert.deepEqual([Array.from(curve.seconds), Array.from(curve.sites)], [[600, 900, NaN], [0, 0, -1]]);
  assert.deepEqual([curve.from, curve.every, curve.limit], [32700, 300, 1199]);
});

test("a state is judged by its own threshold, share, hours and sites", () => {
  const engine = open(), served = (state) => engine.judge(state).total.served;
  assert.equal(served({}), 30.5);
  assert.equal(served({ departures: 0.76 }), 20);
  assert.equal(served({ pole: 10.01 }), 20);
  assert.equal(served({ from: "09:10", departures: 0.51 }), 20);
  assert.equal(served({ closed: ["p"] }), 20);
  assert.equal(served({ closed: ["p"], antenna: 6.65 }), 0);
  assert.deepEqual(engine.judge({ closed: ["p"] }).without, ["pole"]);
  const [commune] = engine.judge({}).communes;
  assert.deepEqual([commune.residents, commune.unsnapped, commune.beyond, commune.meets], [35.5, 5, 0, false]);
  assert.equal(commune.share_pole, 30.5 / 35.5);
});

test("what the page does not carry stays as it was, and is named", () => {
  const engine = open();
  const { state, missing } = engine.settle({ pole: 31, antenna: 600, from: "08:55", closed: ["p", "x"] }, { ...engine.base, pole: 25 });
  assert.deepEqual(missing, ["pole", "clock", "site:x"]);
  assert.deepEqual(state, { ...engine.base, pole: 25, antenna: 600, closed: ["p"] });
  assert.deepEqual(engine.settle({ pole: 30 }).missing, []);
  assert.deepEqual(engine.settle({ poles: 30, closed: "p" }), { state: { ...engine.base, closed: ["p"] }, missing: ["key:poles"] });
});

test("hours stay the study's where a part of them may have other streets", () => {
  const engine = open({ departures: { from: 32400, every: 300, count: 4, fixed: true } });
  assert.deepEqual(engine.judge({ from: "09:05" }).missing, ["clock"]);
  assert.deepEqual(engine.judge({ from: "09:00", to: "09:20" }).missing, []);
});

test("what is inflated at once is what was deflated", () => {
  const signs = Array.from({ length: 5000 }, (_, i) => String.fromCharCode(33 + ((i * i * 7) % 90)));
  const texts = ["", "a", "abcabcabc".repeat(500), signs.join("")];
  for (const text of texts) {
    for (const options of [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: zlib.constants.Z_FIXED }]) {
      assert.equal(Buffer.from(inflateNow(new Uint8Array(zlib.deflateRawSync(text, options)))).toString(), text);
    }
  }
  const cut = zlib.deflateRawSync("abcabcabc".repeat(50) + "xyz").subarray(0, 6);
  assert.throws(() => inflateNow(new Uint8Array(cut)), /not whole/);
});

test("bytes that are cut or too many are refused", () => {
  const weights = new Uint8Array(8), header = { cells: 1, departures: { count: 1, every: 60 }, tables: [] };
  const { unpack } = require("../../geo_access/report/map/assets/unpack.js");
  assert.equal(unpack(header, Uint8Array.from([...weights, 1, 0, 1])).commune[0], 0);
  assert.throws(() => unpack(header, Uint8Array.from([...weights, 1, 0, 1, 7])), /not whole/);
});
