"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const scenario = require("../../geo_access/report/map/assets/scenario.js");
const supposed = require("../../geo_access/report/map/assets/supposed.js");

const FRENCH = { thousands: "\u202f", decimal: ",", percent: "\u00a0%" };
const ENGLISH = { thousands: ",", decimal: ".", percent: "%" };
const PLURAL = {
  points: ["{count} point", "{count} points"], people_more: ["{count} habitant de plus", "{count} habitants de plus"],
  people_fewer: ["{count} habitant de moins", "{count} habitants de moins"],
  some_sites: ["{names} et {count} autre", "{names} et {count} autres"],
};

test("a change is the difference of what is shown", () => {
  const say = (now, was, numbers = FRENCH) => supposed.sayPoints(now, was, { plural: PLURAL, numbers });
  // 77.6 % and 76.1 % are shown: whoever subtracts finds 1.5.
  assert.equal(say(0.76149, 0.77603), "\u22121,5 point");
  assert.equal(say(0.5, 0.25), "+25 points");
  assert.equal(say(0.5, 0.49, ENGLISH), "+1 point");
  assert.equal(say(0.5001, 0.5), "0 point");
  assert.equal(say(1, 0.9999), "+0,1 point");
});

test("people are counted as the page counts them", () => {
  const say = (change, numbers = FRENCH) => supposed.sayPeople(change, { plural: PLURAL, numbers });
  assert.equal(say(-2345.4), "2\u202f345 habitants de moins");
  assert.equal(say(1), "1 habitant de plus");
  assert.equal(say(1.6), "2 habitants de plus");
  assert.equal(say(0.2), "<\u00a01 habitant de plus");
});

test("clocks and numbers follow the language", () => {
  const clocks = [32400, 34200, 91800].map((one) => supposed.sayClock(one, FRENCH));
  assert.deepEqual(clocks, ["9\u00a0h", "9\u00a0h\u00a030", "25\u00a0h\u00a030"]);
  assert.equal(supposed.sayClock(32400, ENGLISH), "09:00");
  assert.deepEqual([18, 12.5, 0.1 + 0.2, 55.00000000000001].map((one) => supposed.sayNumber(one, FRENCH)), ["18", "12,5", "0,3", "55"]);
});

test("what is supposed is said in the order of the controls, and few names of many places", () => {
  const rules = { pole: 20, antenna: 15, departures: 0.5, from: "09:00", to: "11:00" };
  const ids = ["a", "b", "c", "d", "e"];
  const known = { rules, sites: ids.map((id) => ({ id, counts: true })) };
  const data = {
    rules: { pole: "pôle à moins de {minutes} min", antenna: "antenne" }, plural: PLURAL,
    names: { a: "Pôle {minutes}", b: "B", c: "C", d: "D", e: "E" },
    words: {
      departures_changed: "{share} des départs", hours_changed: "de {start} à {end}", closing: "fermeture de {names}",
      opening: "ouverture", named: "«{name}»", and: "et",
    },
  };
  const say = (part) => supposed.listSupposed({
    data, known, state: scenario.settle(known, part), sheet: { numbers: FRENCH }, say: (_, value) => String(value),
  });
  assert.deepEqual(say({}), []);
  assert.deepEqual(
    say({ closed: ["a"], to: "10:30", pole: 18.5, departures: 0.8 }),
    ["pôle à moins de 18,5 min", "0.8 des départs", "de 09:00 à 10:30", "fermeture de «Pôle {minutes}»"],
  );
  assert.deepEqual(say({ closed: ["a", "b"] }), ["fermeture de «Pôle {minutes}» et «B»"]);
  assert.deepEqual(say({ closed: ["b", "c", "d", "e"] }), ["fermeture de «B», «C», «D» et «E»"]);
  assert.deepEqual(say({ closed: ids }), ["fermeture de «Pôle {minutes}», «B», «C» et 2 autres"]);
});

test("a median of people stands where half of them are", () => {
  const seconds = [600, 300, NaN, 900], weights = [10, 5, 20, 0];
  assert.equal(supposed.weightedMedian([0, 1], seconds, weights), 600);
  assert.equal(supposed.weightedMedian([1, 0, 3], seconds, [5, 5, 0, 0]), 300);
  assert.equal(supposed.weightedMedian([0, 1, 2], seconds, weights), null);
  assert.equal(supposed.weightedMedian([3], seconds, weights), null);
});
