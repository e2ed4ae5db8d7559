"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const placement = require("../../geo_access/report/map/assets/placement.js");

const { breakName, cross, enters, holds, makeField, makeRegion, placeLabels, project } = placement;

// Numbers that look like chance, the same at every run.
function makeDraw(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// A star-shaped polygon around a point, of random radii: bays and capes.
function drawStar(draw, x, y, radius, corners = 40) {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (i * 2 * Math.PI) / corners, far = radius * (0.35 + 0.65 * draw());
    return [x + far * Math.cos(angle), y + far * Math.sin(angle)];
  });
}

// The plain oracle: a point in a ring, by counting crossings.
function isInside(ring, [x, y]) {
  let inside = false;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
  });
  return inside;
}

function boxOf({ x, y, form }) {
  return { left: x - form.width / 2, right: x + form.width / 2, top: y - form.height / 2, bottom: y + form.height / 2 };
}

const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

// Every pixel of a box, its edges too.
function listPoints(box) {
  const points = [];
  for (let i = 0; i <= 12; i += 1) {
    for (let j = 0; j <= 12; j += 1) {
      points.push([box.left + ((box.right - box.left) * i) / 12, box.top + ((box.bottom - box.top) * j) / 12]);
    }
  }
  return points;
}

test("places are projected as web maps do", () => {
  assert.deepEqual(project(0, 0), [0.5, 0.5]);
  const [x, y] = project(48.8566, 2.3522);
  // The pixel of Paris at zoom 10, as Leaflet and OpenStreetMap have it.
  assert.deepEqual([Math.floor(x * 1024), Math.floor(y * 1024)], [518, 352]);
});

test("a box that a region holds lies wholly inside, whatever the shape", () => {
  const draw = makeDraw(7);
  let held = 0;
  for (let round = 0; round < 60; round += 1) {
    const ring = drawStar(draw, 0.5, 0.5, 0.01), region = makeRegion([[ring]], [0.5, 0.5]);
    for (let tries = 0; tries < 60; tries += 1) {
      const x = 0.49 + 0.02 * draw(), y = 0.49 + 0.02 * draw(), wide = 0.004 * draw(), high = 0.002 * draw();
      const box = { left: x, top: y, right: x + wide, bottom: y + high };
      if (!holds(region, box.left, box.top, box.right, box.bottom)) continue;
      held += 1;
      assert.ok(listPoints(box).every((point) => isInside(ring, point)));
      assert.ok(!ring.some((point, i) => enters([point, ring[(i + 1) % ring.length]], box)));
    }
  }
  assert.ok(held > 200, `${held} boxes were held`);
});

test("a small box at the anchor is held, and a hole is not ground", () => {
  const square = [[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]], hole = [[0.04, 0.04], [0.06, 0.04], [0.06, 0.06], [0.04, 0.06]];
  const region = makeRegion([[square, hole]], [0.02, 0.02]);
  assert.ok(holds(region, 0.01, 0.01, 0.03, 0.03));
  assert.ok(!holds(region, 0.045, 0.045, 0.055, 0.055));
  assert.ok(!holds(region, 0.01, 0.045, 0.09, 0.055));
  assert.ok(!holds(region, -0.5, 0.01, -0.4, 0.03));
});

test("labels lie inside or are led from outside, and cover neither symbols nor each other", () => {
  const draw = makeDraw(3), seen = { inside: 0, led: 0, left: 0 };
  for (let round = 0; round < 25; round += 1) {
    // A territory of three by three, without gaps, each with a bay.
    const shapes = [], step = 0.001;
    for (let i = 0; i < 9; i += 1) {
      const [x, y] = [(i % 3) * step + 0.5, Math.floor(i / 3) * step + 0.5];
      const bay = [x + step * (0.2 + 0.6 * draw()), y + step * 0.3];
      shapes.push([[[[x, y], bay, [x + step, y], [x + step, y + step], [x, y + step]]]]);
    }
    const scale = 256 * 2 ** (7.2 + 2 * draw());
    const labels = shapes.map((polygons, i) => ({
      region: makeRegion(polygons, [((i % 3) + 0.5) * step + 0.5, (Math.floor(i / 3) + 0.5) * step + 0.5]), led: true,
      forms: [{ width: 40 + 60 * draw(), height: 14, cost: 0 }, { width: 30, height: 26, cost: 6 }],
    }));
    const obstacles = Array.from({ length: 12 }, () => {
      const [x, y] = [(0.5 + 3 * step * draw()) * scale, (0.5 + 3 * step * draw()) * scale];
      return { left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 };
    });
    const field = makeField(shapes), placed = placeLabels(labels, { scale, obstacles, field });
    const boxes = [];
    placed.forEach((one, i) => {
      if (!one) {
        seen.left += 1;
        return;
      }
      const box = boxOf(one), points = listPoints(box).map(([x, y]) => [x / scale, y / scale]);
      assert.ok(!obstacles.some((other) => meet(box, other)));
      assert.ok(!boxes.some((other) => meet(box, other)));
      boxes.push(box);
      if (one.line) {
        seen.led += 1;
        assert.ok(points.every((point) => !shapes.some(([[ring]]) => isInside(ring, point))));
        assert.ok(isInside(shapes[i][0][0], one.line[0].map((value) => value / scale)));
        assert.ok(!placed.some((other) => other && other !== one && enters(one.line, boxOf(other))));
      } else {
        seen.inside += 1;
        assert.ok(points.every((point) => isInside(shapes[i][0][0], point)));
      }
    });
    const lines = placed.filter((one) => one && one.line).map((one) => one.line);
    lines.forEach((line, i) => assert.ok(!lines.slice(i + 1).some((other) => cross(line, other))));
    assert.deepEqual(placeLabels(labels, { scale, obstacles, field }), placed);
  }
  assert.ok(Math.min(seen.inside, seen.led, seen.left) > 5, JSON.stringify(seen));
});

test("a figure alone is shown only where the whole has no room", () => {
  const square = [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]]];
  const forms = [{ width: 60, height: 24, cost: 0 }, { width: 25, height: 12, cost: 0, less: true }];
  const label = { region: makeRegion([square], [0.05, 0.05]), forms };
  assert.equal(placeLabels([label], { scale: 1000 })[0].form, forms[0]);
  assert.equal(placeLabels([label], { scale: 500 })[0].form, forms[1]);
  assert.equal(placeLabels([label], { scale: 100 })[0], null);
});

test("labels beside points take turns by rank, and stay outside where they must", () => {
  const at = [0.5, 0.5], form = { width: 50, height: 12, cost: 0 };
  const placed = placeLabels(Array.from({ length: 12 }, () => ({ at, gap: 20, forms: [form] })), { scale: 1000 });
  assert.equal(placed.filter(Boolean).length, 4);
  const boxes = placed.filter(Boolean).map(boxOf);
  boxes.forEach((box, i) => {
    assert.ok(!boxes.slice(i + 1).some((other) => meet(box, other)));
    assert.ok(!meet(box, { left: 481, right: 519, top: 481, bottom: 519 }));
  });
  const field = makeField([[[[[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]]]]);
  assert.equal(placeLabels([{ at, outside: true, forms: [form] }], { scale: 1000, field })[0], null);
  assert.ok(placeLabels([{ at: [0.5, 0.7], outside: true, forms: [form] }], { scale: 1000, field })[0]);
});

test("a name is broken where its halves are most alike", () => {
  assert.deepEqual(breakName("Châtenay-Malabry"), ["Châtenay-", "Malabry"]);
  assert.deepEqual(breakName("Villeneuve-la-Garenne"), ["Villeneuve-", "la-Garenne"]);
  assert.deepEqual(breakName("Le Plessis-Robinson"), ["Le Plessis-", "Robinson"]);
  assert.equal(breakName("Clamart"), null);
});
