/* Three maps that move together: what changes, before, after. Texts from files only ever become text nodes. */
(function () {
  "use strict";

  const { Sheet, nameCell, read, fill, card, hatch, sortable } = window.GeoAccessParts;

  class ComparedSheet extends Sheet {
    constructor(map, id) {
      // A new size is no move of the reader's: the other maps have their own.
      const resize = map.invalidateSize;
      const still = { sheet: null };
      map.invalidateSize = function (...how) {
        if (still.sheet) still.sheet.quiet = true;
        const resized = resize.apply(map, how);
        if (still.sheet) still.sheet.quiet = false;
        return resized;
      };
      super(map, id);
      still.sheet = this;
    }

    // The base class calls this while it is made, before fields of ours could be set.
    fit() {
      this.quiet = true;
      super.fit();
      this.quiet = false;
      this.fitted = this.map.getZoom();
      for (const other of this.others || []) {
        if (this.together.checked && !other.whole) other.fit();
      }
    }

    keep(group, id) {
      this.groups = this.groups || new Map();
      const name = id.slice(`data_${this.id.replace("map_", "")}_`.length).replace(/^changed_\d+$/, "changed");
      this.groups.set(name, [...(this.groups.get(name) || []), group]);
    }

    changes(group, id) {
      this.compared = read(id);
      this.paint(group, "change");
    }

    minuteChanges(group) {
      this.whenShown(group, () => this.paint(group, "minutes"));
    }

    paint(group, theme) {
      const data = this.compared, fills = data.styles[theme].map(hatch);
      data.shapes.forEach((shape, i) => {
        if (!shape) return;
        const plain = { stroke: true, color: "var(--halo)", weight: 0.5, opacity: 0.4, fillColor: fills[data[theme][i]], fillOpacity: 1 };
        this.polygon(shape, data.origin, plain, () => this.changeCard(i)).addTo(group);
      });
    }

    changeCard(i) {
      const { title, lead, rows } = this.sayOfChange(i);
      return card(title, lead, rows);
    }

    sayOfChange(i) {
      const data = this.compared, words = this.words;
      const rows = [[words.people, this.count(data.weight[i])]];
      const commune = this.communes.rows[data.commune[i]];
      if (commune) rows.push([words.commune, commune.name]);
      const pair = (say) => {
        const [before, after] = data.sides.map(say);
        return before === after ? before : fill(words.before_after, { before, after });
      };
      rows.push([words.state, pair((side) => data.states[side.state[i]])]);
      rows.push([words.pole, pair((side) => (side.pole_s[i] === null ? words.unreached
        : this.minutes(side.pole_s[i], side.operator) + (side.pole[i] >= 0 ? `, ${side.sites[side.pole[i]]}` : "")))]);
      rows.push([words.held, pair((side) => (side.held[i] === null ? "–" : `${side.held[i]} / ${side.departures}`))]);
      rows.push([words.cell, data.prefix + data.cell[i]]);
      return { title: nameCell(data.names, i), lead: data.labels[data.change[i]], rows };
    }
  }

  for (const method of ["land", "cells", "shares", "outlines", "places", "ground", "changes", "minuteChanges"]) {
    const draw = ComparedSheet.prototype[method];
    ComparedSheet.prototype[method] = function (group, id) {
      this.keep(group, id);
      draw.call(this, group, id);
    };
  }

  // One moves, the others follow: the same middle, and as much nearer or farther as their sizes ask for.
  function join(sheets) {
    const together = document.getElementById("ga_together");
    let busy = false;
    // On paper each map has its own size; this comes before the maps' own listeners.
    window.addEventListener("beforeprint", () => { busy = true; }, true);
    window.addEventListener("afterprint", () => setTimeout(() => { busy = false; }), true);
    for (const sheet of sheets) {
      sheet.together = together;
      sheet.others = sheets.filter((other) => other !== sheet);
      sheet.map.on("move", () => {
        if (busy || sheet.quiet || !together.checked) return;
        busy = true;
        for (const other of sheet.others) {
          other.map.setView(sheet.map.getCenter(), sheet.map.getZoom() + other.fitted - sheet.fitted, { animate: false });
          other.whole = false;
        }
        busy = false;
      });
    }
    together.addEventListener("change", () => { if (together.checked) sheets[0].map.fire("move"); });
  }

  function choose(name, sheets) {
    const boxes = Array.from(document.querySelectorAll(`input[name="${name}"]`));
    const show = () => {
      for (const box of boxes) {
        for (const sheet of sheets) {
          for (const group of sheet.groups.get(box.value) || []) {
            if (box.checked) sheet.map.addLayer(group); else sheet.map.removeLayer(group);
          }
        }
        for (const kind of ["legend", "short"]) {
          const legend = document.getElementById(`${name}_${kind}_${box.value}`);
          if (legend) legend.hidden = !box.checked;
        }
      }
      const chosen = boxes.find((box) => box.checked);
      for (const sheet of sheets) {
        sheet.showFigures(["net", "shares"].includes(chosen.value));
      }
    };
    boxes.forEach((box) => box.addEventListener("change", show));
    // A browser may remember another choice than the page's.
    show();
  }

  function toggle(sheets) {
    document.querySelectorAll('input[name="ga_layer"]').forEach((box) => {
      const show = () => {
        for (const sheet of sheets) {
          for (const group of sheet.groups.get(box.value) || []) {
            if (box.checked) sheet.map.addLayer(group); else sheet.map.removeLayer(group);
          }
          sheet.spread();
        }
      };
      box.addEventListener("change", show);
      show();
    });
  }

  function start(...sheets) {
    join(sheets);
    choose("ga_change", sheets.slice(0, 1));
    choose("ga_pair", sheets.slice(1));
    toggle(sheets);
    for (const sheet of sheets) {
      document.querySelectorAll(`button[data-show="${sheet.id}"]`).forEach((button) => {
        button.addEventListener("click", () => sheet.showCommune(Number(button.value), button));
      });
      sheet.map.getContainer().dataset.ready = "yes";
    }
    document.querySelectorAll("table.ga-table").forEach(sortable);
    const [change] = sheets;
    change.listCells(change.compared, (i) => change.sayOfChange(i), (i) => change.changeCard(i));
  }

  const map = (id) => window.GeoAccessParts.map(id, { zoomAnimation: false, markerZoomAnimation: false });
  window.GeoAccessParts.compared = { map, open: (drawn, id) => new ComparedSheet(drawn, id), start };
})();
