/* The line between cells that keep a threshold and cells that do not: two pale colours beside each other are not enough. */
(function () {
  "use strict";

  // The sides of a shape, each as the ends' coordinates; `shape` is encoded as `ring` and `decode` of parts.js read it.
  function listSides(shape, take) {
    if (!shape || (shape.length === 2 && typeof shape[0] === "number")) return;
    const rings = typeof shape[0] === "number" ? [shape] : shape.flat();
    for (const flat of rings) {
      const points = [];
      let x = 0, y = 0;
      for (let i = 0; i < flat.length; i += 2) {
        x += flat[i];
        y += flat[i + 1];
        points.push([x, y]);
      }
      points.forEach((from, i) => take(from, points[(i + 1) % points.length]));
    }
  }

  // Sides that two shapes share: the two shapes, and the ends.
  function findShared(shapes) {
    const open = new Map(), shared = [];
    shapes.forEach((shape, i) => listSides(shape, (from, to) => {
      const first = from[0] < to[0] || (from[0] === to[0] && from[1] <= to[1]);
      const [a, b] = first ? [from, to] : [to, from], key = `${a[0]},${a[1]},${b[0]},${b[1]}`;
      const other = open.get(key);
      if (other === undefined) {
        open.set(key, i);
      } else if (other !== i) {
        shared.push({ cells: [other, i], ends: [a, b] });
        open.delete(key);
      }
    }));
    return shared;
  }

  // The sides between a cell whose kind is below `within` and one whose kind is not; kinds from `last` on are of nobody.
  function cross(shared, kinds, within, last) {
    return shared.filter(({ cells: [one, other] }) => {
      const [a, b] = [kinds[one], kinds[other]];
      return a < last && b < last && (a < within) !== (b < within);
    });
  }

  if (typeof module !== "undefined") {
    module.exports = { findShared, cross };
    return;
  }

  const { Sheet } = window.GeoAccessParts;
  const SCALE = 1e5;

  Object.assign(Sheet.prototype, {
    // Draws the threshold of a painting into its group, now and whenever its cells get other colours.
    contour(group, painting, within) {
      if (!this.sharedSides) this.sharedSides = findShared(this.cellData.shapes);
      const { origin } = this.cellData, last = painting.fills.length - 1;
      const common = { renderer: this.lines, pane: "outlines", interactive: false, smoothFactor: 0, lineCap: "square", opacity: 1 };
      const lines = [["var(--border)", 4.4], ["var(--halo)", 1.8]].map(([color, weight]) => (
        L.polyline([], { ...common, color, weight }).addTo(group)
      ));
      painting.follow = () => {
        // Where the page's rule is another than the classes', none of them is its threshold.
        const sides = painting.unbound ? [] : cross(this.sharedSides, painting.kinds, within, last);
        const drawn = sides.map(({ ends }) => ends.map(([x, y]) => [(y + origin[1]) / SCALE, (x + origin[0]) / SCALE]));
        for (const line of lines) line.setLatLngs(drawn);
      };
      painting.follow();
    },
  });
})();
