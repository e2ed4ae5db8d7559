/* Where names on a map may stand, and which of them do: rectangles, regions and obstacles, without a page.

   Coordinates are those of the square world that web maps draw: x and y from 0 to 1, y downwards. At a zoom, pixels are
   these times `scale`; boxes are in pixels: {left, top, right, bottom}. */
(function () {
  "use strict";

  // Cells of a raster along its longer side: of one region, of all together.
  const FINE = 64;
  const FIELD = 320;
  // Pixels along the side of a bucket of boxes.
  const BUCKET = 64;
  const ROW = 2 ** 22;
  // Directions that a leader line is tried in.
  const TURNS = 24;

  function project(lat, lon) {
    const s = Math.min(Math.max(Math.sin((lat * Math.PI) / 180), -0.9999), 0.9999);
    return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
  }

  function projectPolygons(polygons) {
    return polygons.map((rings) => rings.map((points) => points.map(([lat, lon]) => project(lat, lon))));
  }

  function measure(polygons) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const rings of polygons) {
      for (const [x, y] of rings[0] || []) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    return { left, top, right, bottom };
  }

  // A grid over a box, one cell more on each side.
  function makeGrid(box, fine) {
    const cell = Math.max(box.right - box.left, box.bottom - box.top, 1e-12) / fine;
    const [left, top] = [box.left - cell, box.top - cell];
    const columns = Math.ceil((box.right - left) / cell) + 1, rows = Math.ceil((box.bottom - top) / cell) + 1;
    return { cell, left, top, columns, rows };
  }

  function eachEdge(polygons, take) {
    for (const rings of polygons) {
      for (const points of rings) {
        points.forEach((point, i) => take(point, points[(i + 1) % points.length]));
      }
    }
  }

  // Every cell that an edge touches.
  function crossCells(grid, [ax, ay], [bx, by], take) {
    const u = (x) => (x - grid.left) / grid.cell, v = (y) => (y - grid.top) / grid.cell;
    let [x1, y1, x2, y2] = [u(ax), v(ay), u(bx), v(by)];
    if (y1 > y2) [x1, y1, x2, y2] = [x2, y2, x1, y1];
    const last = Math.min(Math.floor(y2 + 1e-9), grid.rows - 1);
    for (let row = Math.max(Math.floor(y1 - 1e-9), 0); row <= last; row += 1) {
      const [from, to] = [Math.max(y1, row), Math.min(y2, row + 1)];
      const at = (y) => (y2 - y1 < 1e-12 ? null : x1 + ((x2 - x1) * (y - y1)) / (y2 - y1));
      const [p, q] = [at(from) ?? x1, at(to) ?? x2];
      const first = Math.max(Math.floor(Math.min(p, q) - 1e-9), 0), end = Math.min(Math.floor(Math.max(p, q) + 1e-9), grid.columns - 1);
      for (let column = first; column <= end; column += 1) take(row * grid.columns + column);
    }
  }

  // Every cell whose middle lies inside.
  function fillCells(grid, polygons, take) {
    const crossings = Array.from({ length: grid.rows }, () => []);
    eachEdge(polygons, ([ax, ay], [bx, by]) => {
      if (ay === by) return;
      const low = Math.min(ay, by), high = Math.max(ay, by);
      const first = Math.max(Math.ceil((low - grid.top) / grid.cell - 0.5), 0);
      for (let row = first; row < grid.rows; row += 1) {
        const y = grid.top + (row + 0.5) * grid.cell;
        if (y >= high) break;
        if (y >= low) crossings[row].push(ax + ((bx - ax) * (y - ay)) / (by - ay));
      }
    });
    crossings.forEach((xs, row) => {
      xs.sort((a, b) => a - b);
      for (let i = 0; i + 1 < xs.length; i += 2) {
        const first = Math.max(Math.ceil((xs[i] - grid.left) / grid.cell - 0.5), 0);
        const end = Math.min((xs[i + 1] - grid.left) / grid.cell - 0.5, grid.columns - 1);
        for (let column = first; column <= end; column += 1) take(row * grid.columns + column);
      }
    });
  }

  // Sums over rectangles from the corner: how many marked cells a box touches is read in four looks.
  function sumCells(grid, marked) {
    const wide = grid.columns + 1, sums = new Uint32Array(wide * (grid.rows + 1));
    for (let row = 0; row < grid.rows; row += 1) {
      let along = 0;
      for (let column = 0; column < grid.columns; column += 1) {
        along += marked[row * grid.columns + column];
        sums[(row + 1) * wide + column + 1] = sums[row * wide + column + 1] + along;
      }
    }
    return sums;
  }

  function countCells({ grid, sums }, left, top, right, bottom) {
    const clamp = (value, most) => Math.min(Math.max(value, 0), most), wide = grid.columns + 1;
    const c1 = clamp(Math.floor((left - grid.left) / grid.cell), grid.columns);
    const c2 = clamp(Math.ceil((right - grid.left) / grid.cell), grid.columns);
    const r1 = clamp(Math.floor((top - grid.top) / grid.cell), grid.rows);
    const r2 = clamp(Math.ceil((bottom - grid.top) / grid.cell), grid.rows);
    return sums[r2 * wide + c2] - sums[r1 * wide + c2] - sums[r2 * wide + c1] + sums[r1 * wide + c1];
  }

  // A shape that labels must stay within: where a box lies wholly inside is read at once, whatever the zoom.
  // `polygons` and `anchor` (where a label would stand best) are projected.
  function makeRegion(polygons, anchor) {
    const box = measure(polygons);
    const grid = makeGrid(box, FINE), outside = new Uint8Array(grid.columns * grid.rows).fill(1);
    fillCells(grid, polygons, (at) => { outside[at] = 0; });
    eachEdge(polygons, (a, b) => crossCells(grid, a, b, (at) => { outside[at] = 1; }));
    const spots = [];
    for (let at = 0; at < outside.length; at += 1) {
      if (outside[at]) continue;
      const x = grid.left + ((at % grid.columns) + 0.5) * grid.cell, y = grid.top + (Math.floor(at / grid.columns) + 0.5) * grid.cell;
      spots.push([x, y, Math.hypot(x - anchor[0], y - anchor[1])]);
    }
    spots.sort((a, b) => a[2] - b[2]);
    spots.unshift([anchor[0], anchor[1], 0]);
    return { grid, sums: sumCells(grid, outside), anchor, spots, box };
  }

  function holds(region, left, top, right, bottom) {
    const { grid } = region;
    if (left < grid.left || top < grid.top) return false;
    if (right > grid.left + grid.columns * grid.cell || bottom > grid.top + grid.rows * grid.cell) return false;
    return countCells(region, left, top, right, bottom) === 0;
  }

  // The ground of all regions together: what lies outside of all of them, and whose the cells are.
  function makeField(shapes) {
    const box = measure(shapes.flat());
    if (!Number.isFinite(box.left)) return null;
    const grid = makeGrid(box, FIELD), marked = new Uint8Array(grid.columns * grid.rows);
    const owner = new Int16Array(marked.length).fill(-1);
    shapes.forEach((polygons, i) => {
      fillCells(grid, polygons, (at) => {
        marked[at] = 1;
        owner[at] = i;
      });
      eachEdge(polygons, (a, b) => crossCells(grid, a, b, (at) => { marked[at] = 1; }));
    });
    return { grid, sums: sumCells(grid, marked), owner };
  }

  function ownerAt(field, x, y) {
    const { grid, owner } = field;
    const column = Math.floor((x - grid.left) / grid.cell), row = Math.floor((y - grid.top) / grid.cell);
    if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return -1;
    return owner[row * grid.columns + column];
  }

  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Whether a line from (x1, y1) to (x2, y2) enters a box.
  function enters([[x1, y1], [x2, y2]], box) {
    let from = 0, to = 1;
    for (const [at, step, low, high] of [[x1, x2 - x1, box.left, box.right], [y1, y2 - y1, box.top, box.bottom]]) {
      if (Math.abs(step) < 1e-12) {
        if (at < low || at > high) return false;
        continue;
      }
      const [a, b] = [(low - at) / step, (high - at) / step];
      from = Math.max(from, Math.min(a, b));
      to = Math.min(to, Math.max(a, b));
    }
    return from <= to;
  }

  // Whether two lines cross.
  function cross([a, b], [c, d]) {
    const side = ([px, py], [qx, qy], [rx, ry]) => (qx - px) * (ry - py) - (qy - py) * (rx - px);
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  }

  // What is taken, in pixels: boxes, asked for by buckets, and the few lines that lead to labels.
  class Taken {
    constructor() {
      this.buckets = new Map();
      this.labels = [];
      this.lines = [];
    }

    add(box) {
      for (let row = Math.floor(box.top / BUCKET); row <= box.bottom / BUCKET; row += 1) {
        for (let column = Math.floor(box.left / BUCKET); column <= box.right / BUCKET; column += 1) {
          const key = row * ROW + column, known = this.buckets.get(key);
          if (known) known.push(box);
          else this.buckets.set(key, [box]);
        }
      }
    }

    addLabel(box, line) {
      this.add(box);
      this.labels.push(box);
      if (line) this.lines.push(line);
    }

    meets(box) {
      for (let row = Math.floor(box.top / BUCKET); row <= box.bottom / BUCKET; row += 1) {
        for (let column = Math.floor(box.left / BUCKET); column <= box.right / BUCKET; column += 1) {
          const known = this.buckets.get(row * ROW + column);
          if (known) for (const other of known) if (meet(box, other)) return true;
        }
      }
      return this.lines.some((line) => enters(line, box));
    }

    // A line must not run through a label, nor through another line.
    blocks(line) {
      return this.labels.some((box) => enters(line, box)) || this.lines.some((other) => cross(line, other));
    }
  }

  function boxAround(x, y, { width, height }, margin = 0) {
    return { left: x - width / 2 - margin, right: x + width / 2 + margin, top: y - height / 2 - margin, bottom: y + height / 2 + margin };
  }

  // Inside of its region, as near to its anchor as it can stand: the form that gives up least.
  function placeInside(label, forms, { scale, margin, taken }) {
    const { spots, box, grid } = label.region, least = { cost: Infinity, found: null };
    // Far away, neighbouring spots are the same pixel.
    const step = Math.max(1, Math.floor(3 / (grid.cell * scale)));
    for (const form of forms) {
      const wide = (form.width / 2 + margin) / scale, high = (form.height / 2 + margin) / scale;
      if (2 * wide > box.right - box.left || 2 * high > box.bottom - box.top) continue;
      for (let i = 0; i < spots.length; i += step) {
        const [x, y, far] = spots[i], cost = form.cost + far * scale;
        if (cost >= least.cost) break;
        if (!holds(label.region, x - wide, y - high, x + wide, y + high)) continue;
        if (taken.meets(boxAround(x * scale, y * scale, form))) continue;
        Object.assign(least, { cost, found: { form, x: x * scale, y: y * scale } });
        break;
      }
    }
    return least.found;
  }

  const touches = (field, box, scale) => countCells(field, box.left / scale, box.top / scale, box.right / scale, box.bottom / scale) > 0;
  const leaves = (view, box) => box.left < view.left || box.right > view.right || box.top < view.top || box.bottom > view.bottom;

  // How far a straight line stays on its own ground, and then how far beside all ground, in steps of `step`.
  function runOut(field, x, y, dx, dy, step, most) {
    const own = ownerAt(field, x, y);
    let out = 0;
    while (out < most && ownerAt(field, x + dx * out, y + dy * out) === own) out += step;
    let end = out;
    while (end < out + most && ownerAt(field, x + dx * end, y + dy * end) === -1) end += step;
    return [out, end];
  }

  // Outside of the whole territory, with a straight line into its region that crosses no other.
  function placeLed(label, forms, { scale, margin, taken, field, reach, view }) {
    if (!field) return null;
    // The line ends where it is seen: not under a symbol.
    const start = label.region.spots.find(([u, v]) => !taken.meets(boxAround(u * scale, v * scale, { width: 8, height: 8 })));
    if (!start) return null;
    const [sx, sy] = [start[0] * scale, start[1] * scale], step = Math.max(field.grid.cell / 2, 1.5 / scale);
    let best = null, least = Infinity;
    for (let turn = 0; turn < TURNS; turn += 1) {
      const angle = (turn * 2 * Math.PI) / TURNS, [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      const [out, clear] = runOut(field, start[0], start[1], dx, dy, step, (4 * reach) / scale).map((far) => far * scale);
      if (clear === out) continue;
      for (const form of forms) {
        const half = Math.min(form.width / 2 / Math.max(Math.abs(dx), 1e-9), form.height / 2 / Math.max(Math.abs(dy), 1e-9));
        for (let gap = 4; gap <= reach; gap += 4) {
          const far = out + gap + half, end = far - half - 1, cost = form.cost + far + 2 * gap;
          if (cost >= least || end > clear) break;
          const [x, y] = [sx + dx * far, sy + dy * far], box = boxAround(x, y, form, margin);
          if ((view && leaves(view, box)) || touches(field, box, scale) || taken.meets(box)) continue;
          const line = [[sx, sy], [sx + dx * end, sy + dy * end]];
          if (taken.blocks(line)) continue;
          [best, least] = [{ form, x, y, line }, cost];
          break;
        }
      }
    }
    return best;
  }

  // Beside a point: below, above, to the right, to the left, at the corners; `gap` is how far from it.
  function placeBeside(label, forms, { scale, margin, taken, field, view }) {
    const [x, y] = [label.at[0] * scale, label.at[1] * scale], gap = label.gap || 0;
    for (const form of forms) {
      const wide = form.width / 2 + gap, high = form.height / 2 + gap;
      const sides = gap
        ? [[0, high], [0, -high], [wide, 0], [-wide, 0], [wide, high], [-wide, high], [wide, -high], [-wide, -high]]
        : [[0, 0], [0, -high], [0, high], [-wide / 2, 0], [wide / 2, 0]];
      for (const [dx, dy] of sides) {
        const box = boxAround(x + dx, y + dy, form, margin);
        if (label.outside && ((field && touches(field, box, scale)) || (view && leaves(view, box)))) continue;
        if (label.region && !holds(label.region, box.left / scale, box.top / scale, box.right / scale, box.bottom / scale)) continue;
        if (!taken.meets(box)) return { form, x: x + dx, y: y + dy };
      }
    }
    return null;
  }

  /* Place labels, the first of them first. Each is {region, forms, led} (stays inside of its region, or is led to it by a
     line, or shows less) or {at, gap, forms, region, outside} (stands by a point). A form is {width, height, cost} and, where
     it says less than the whole, `less`. Returns for each label {form, x, y, line} in pixels of the world, or null.
     `obstacles` are boxes that no label may cover; `view` is the box that led labels, and those outside, must keep to. */
  function placeLabels(labels, { scale, obstacles = [], field = null, view = null, margin = 2, reach = 60 }) {
    const taken = new Taken(), placed = new Array(labels.length).fill(null);
    obstacles.forEach((box) => taken.add(box));
    const around = { scale, margin, taken, field, view, reach };
    const take = (i, found) => {
      if (!found) return;
      placed[i] = found;
      taken.addLabel(boxAround(found.x, found.y, found.form, 1), found.line);
    };
    const whole = (label) => label.forms.filter((form) => !form.less);
    const bound = labels.map((label, i) => i).filter((i) => labels[i].region && !labels[i].at);
    // What has room in its own region takes it before lines are drawn around.
    for (const i of bound) take(i, placeInside(labels[i], whole(labels[i]), around));
    for (const i of bound) if (!placed[i] && labels[i].led) take(i, placeLed(labels[i], whole(labels[i]), around));
    for (const i of bound) if (!placed[i]) take(i, placeInside(labels[i], labels[i].forms.filter((form) => form.less), around));
    labels.forEach((label, i) => { if (label.at) take(i, placeBeside(label, label.forms, around)); });
    return placed;
  }

  // A name on two lines, broken where its halves are most alike: after a hyphen, at a space.
  function breakName(name) {
    let best = null, least = Infinity;
    for (const found of name.matchAll(/[-\u2010 ](?=[^-\u2010 ])/g)) {
      const first = name.slice(0, found.index + 1), second = name.slice(found.index + 1);
      const uneven = Math.max(first.trimEnd().length, second.length);
      if (uneven < least) [best, least] = [[first.trimEnd(), second], uneven];
    }
    return best;
  }

  const placement = { project, projectPolygons, makeRegion, makeField, holds, ownerAt, enters, cross, placeLabels, breakName };
  if (typeof module !== "undefined") module.exports = placement;
  else window.GeoAccessParts.placement = placement;
})();
