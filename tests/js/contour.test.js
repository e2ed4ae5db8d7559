"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { cross, findShared } = require("../../geo_access/report/map/assets/contour.js");

// A row of squares of side 10: each ring starts at its lower left corner, every vertex from the one before.
const row = (count) => Array.from({ length: count }, (_, i) => [10 * i, 0, 10, 0, 0, 10, -10, 0]);

test("squares in a row share the sides between them", () => {
  const shared = findShared(row(3));
  assert.deepStrictEqual(shared.map(({ cells }) => cells), [[0, 1], [1, 2]]);
  assert.deepStrictEqual(shared[0].ends, [[10, 0], [10, 10]]);
});

test("the other way round a ring is the same side", () => {
  const turned = [10, 0, 0, 10, 10, 0, 0, -10];
  assert.strictEqual(findShared([row(1)[0], turned]).length, 1);
});

test("points, missing shapes and holes are taken as they come", () => {
  const holed = [[[0, 0, 30, 0, 0, 30, -30, 0], [10, 10, 10, 0, 0, 10, -10, 0]]];
  const inside = [10, 10, 10, 0, 0, 10, -10, 0];
  assert.strictEqual(findShared([null, [5, 5], holed, inside]).length, 4);
});

test("the line runs where the threshold is crossed, and not around nobody", () => {
  const shared = findShared(row(5));
  const crossed = (kinds) => cross(shared, kinds, 2, 6).map(({ cells }) => cells);
  assert.deepStrictEqual(crossed([0, 1, 2, 4, 5]), [[1, 2]]);
  assert.deepStrictEqual(crossed([0, 0, 0, 0, 0]), []);
  assert.deepStrictEqual(crossed([0, 6, 3, 0, 6]), [[2, 3]]);
});
