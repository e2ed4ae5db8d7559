"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const parts = require("../../geo_access/report/map/assets/parts.js");

const { agree, decode, fill, line, ring, sayCount, sayMinutes, sayShare, takeRuns } = parts;

const FRENCH = { thousands: "\u202f", decimal: ",", percent: "\u00a0%" };

test("what is filled into a text may hold braces and dollars", () => {
  assert.equal(fill("{a} to {b}, {c}", { a: "{b}", b: "$& $1" }), "{b} to $& $1, {c}");
});

test("words that go by a number follow it as the page's language counts", () => {
  const text = "{people} {people:?resident reaches|residents reach} {name}", english = { ...FRENCH, decimal: "." };
  const said = [0, 1, 1.2, 2].map((people) => [agree(text, { people }, FRENCH), agree(text, { people }, english)]);
  const [one, many] = ["{people} resident reaches {name}", "{people} residents reach {name}"];
  assert.deepEqual(said, [[one, many], [one, one], [one, one], [many, many]]);
});

test("a ring starts at the origin and each vertex is counted from the one before", () => {
  assert.deepEqual(ring([100000, 200000, -50000, 0], [0, 4800000]), [[50, 1], [50, 0.5]]);
  assert.deepEqual(line([100000, 200000]), [[2, 1]]);
});

test("a flat shape is one ring, a nested one is polygons of rings", () => {
  assert.deepEqual(decode([1, 2], [0, 0]), [[[[0.00002, 0.00001]]]]);
  const rings = decode([[[1, 2], [3, 4]], [[5, 6]]], [0, 0]);
  assert.deepEqual(rings.map((polygon) => polygon.length), [2, 1]);
});

test("runs pass over and take in turn", () => {
  const taken = [];
  takeRuns([2, 3, 1, 1], (i) => taken.push(i));
  assert.deepEqual(taken, [2, 3, 4, 6]);
});

test("a part of one person is never nobody, and a share is never raised to the whole", () => {
  assert.equal(sayCount(0.3, FRENCH), "<\u00a01");
  assert.equal(sayCount(1234567.5, FRENCH), "1\u202f234\u202f568");
  assert.equal(sayShare(0.99996, FRENCH), "99,9\u00a0%");
  assert.equal(sayShare(0.0001, FRENCH), "<\u00a00,1\u00a0%");
});

test("minutes never contradict the limit that they are held against", () => {
  assert.equal(sayMinutes(20 * 60 - 1, "lt", FRENCH), "19,9\u00a0min");
  assert.equal(sayMinutes(20 * 60 + 1, "le", FRENCH), "20,1\u00a0min");
  assert.equal(sayMinutes(20 * 60, "le", FRENCH), "20,0\u00a0min");
});
