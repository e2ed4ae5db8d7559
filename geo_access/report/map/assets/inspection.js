/* Draws the findings of an inspection that have places. Texts from files only ever become text nodes. */
(function () {
  "use strict";

  const { Sheet, read, card, sortable } = window.GeoAccessParts;

  // A point drawn as the shape of its layer: an outline in a box of 24 by 24, full or hollow, with a pale rim.
  const Mark = L.CircleMarker.extend({
    _updatePath() { this._renderer._updateMark(this); },
  });
  L.Canvas.include({
    _updateMark(mark) {
      if (!this._drawing || mark._empty()) return;
      const { x, y } = mark._point, size = mark._radius / 12, { shape, hollow, colour, rim } = mark.options;
      const context = this._ctx, outline = new Path2D(shape);
      context.save();
      context.translate(x - mark._radius, y - mark._radius);
      context.scale(size, size);
      context.lineJoin = "round";
      context.fillStyle = hollow ? rim : colour;
      context.fill(outline);
      context.lineWidth = hollow ? 4 : 2;
      context.strokeStyle = hollow ? colour : rim;
      context.stroke(outline);
      context.restore();
    },
  });

  class Findings extends Sheet {
    constructor(map, id) {
      super(map, id);
      this.findings = new Map();
      document.querySelectorAll("table.ga-table").forEach(sortable);
      for (const box of document.querySelectorAll('input[name="ga_layer"]')) {
        box.addEventListener("change", () => this.toggle(box));
      }
      map.getContainer().dataset.ready = "yes";
    }

    // Points of one level: where, what is there, what is odd about it.
    points(group, id) {
      const data = read(id), { shape, hollow, colour, rim, radius } = data;
      for (const [lat, lon, name, detail] of data.points) {
        new Mark([lat, lon], { renderer: this.canvas, shape, hollow, colour, rim, radius })
          .bindPopup(() => card(name, detail, [])).addTo(group);
      }
      this.findings.set(data.layer, group);
      // A browser may remember another choice than the page's.
      const box = document.querySelector(`input[name="ga_layer"][value="${data.layer}"]`);
      if (box) this.toggle(box);
    }

    toggle(box) {
      const group = this.findings.get(box.value);
      if (!group) return;
      if (box.checked) this.map.addLayer(group); else this.map.removeLayer(group);
    }
  }

  const map = (id) => window.GeoAccessParts.map(id, { zoomDelta: 1, wheelPxPerZoomLevel: 60 });
  window.GeoAccessParts.inspected = { map, open: (drawn, id) => new Findings(drawn, id) };
})();
