"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { spreadOf, excessOf, drawCurve } = require("../../geo_access/report/map/assets/cell_curve.js");
const { Journeys, listSteps } = require("../../geo_access/report/map/assets/cell_journeys.js");
const { nameCell } = require("../../geo_access/report/map/assets/cell_names.js");

test("the median is the time that half of the departures do not exceed; what is not known is last", () => {
  assert.deepEqual(spreadOf([900, 600, NaN, 1200]), { best: 600, median: 900, worst: NaN });
  assert.ok(Number.isNaN(spreadOf([NaN, NaN, 60]).median));
  assert.ok(Number.isNaN(spreadOf([]).best));
});

test("what is missing is measured inside each departure over the rule that is missed by less", () => {
  const pole = { seconds: [1500, 1260, 1140, 1800], limit: 1199 }, antenna = { seconds: [1000], limit: 899 };
  // Over by 301, 61, -59, 601 to the pole and by 101 to the antenna: 101, 61, -59, 101.
  assert.equal(excessOf([pole, antenna], 0.5), 61);
  assert.equal(excessOf([pole, antenna], 1), 101);
  assert.equal(excessOf([pole, antenna], 0.25), 0);
  assert.ok(Number.isNaN(excessOf([{ seconds: [NaN, NaN], limit: 60 }, { seconds: [NaN], limit: 60 }], 0.5)));
});

test("a curve stays in its box and leaves a gap where minutes are not known", () => {
  const box = { left: 20, top: 5, width: 100, height: 60 };
  const { steps, limit, top, floor } = drawCurve([600, 1800, NaN, 1200], 1199, box);
  assert.equal(top, 30);
  assert.equal((steps.match(/M/g) || []).length, 2);
  for (const at of steps.match(/[\d.]+/g).map(Number)) assert.ok(at >= 5 && at <= 120);
  assert.ok(limit > 5 && limit < floor);
});

test("journeys are unpacked cell by cell, and their steps add up to the travel time", () => {
  const journeys = new Journeys({
    stops: ["A", "B", "C"], lines: ["1", "2 to C"],
    rows: [-1, 3, 0, 1000, 100, 2, 0, 0, 50, 1, 300, 4, 1, 1, 120, 2, 200, 1, 0, 1, 400, 400, 0],
  });
  assert.equal(journeys.of(0), null);
  assert.equal(journeys.of(3), null);
  const told = journeys.of(1), steps = listSteps(told, 9 * 3600, "Pole");
  assert.deepEqual(steps.map(([code, seconds]) => [code, seconds]), [
    ["step_access", 100], ["step_wait", 50], ["step_ride", 300], ["step_change", 120], ["step_ride", 200], ["step_egress", 230],
  ]);
  assert.equal(steps.reduce((sum, [, seconds]) => sum + seconds, 0), told.seconds);
  assert.equal(steps[2][2].clock, 9 * 3600 + 150);
  assert.deepEqual(listSteps(journeys.of(2), 0, "Pole"), [["step_walk", 400, { site: "Pole" }]]);
});

test("a cell bears the name of what is near, else of its commune; braces in names stay", () => {
  const names = {
    near: ["{where}", "Gare"], landmark: "10", near_at: [0, 1, -1, -1], where: ["in Clamart"], where_at: [0, 0, 0, -1],
    said: ["Cell {where}, near the stop {name}", "Cell {where}, near {name}"], bare: "Cell {where}", nowhere: "Cell",
  };
  assert.deepEqual([0, 1, 2, 3].map((i) => nameCell(names, i)), [
    "Cell in Clamart, near {where}", "Cell in Clamart, near the stop Gare", "Cell in Clamart", "Cell",
  ]);
});
