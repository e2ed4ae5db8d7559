/* Names on the map, and how they give way to each other. */
(function () {
  "use strict";

  const { Sheet, make } = window.GeoAccessParts;

  // Where a name may move to: in parts of its width, and by a symbol's height; no farther, or it would name its neighbour.
  const SHIFTS = [[0, 0], [0, -1], [0, 1], [-0.25, 0], [0.25, 0], [-0.25, -1], [0.25, -1], [-0.25, 1], [0.25, 1]];

  Object.assign(Sheet.prototype, {
    names(group, names) {
      for (const [lat, lon, name, share, size] of names) {
        const text = make("div");
        text.append(make("div", name), make("span", share));
        this.label(group, [lat, lon], text, "ga-name", size);
      }
      this.spread();
    },

    label(group, at, html, className, size) {
      const icon = L.divIcon({ className, html, iconSize: null });
      const marker = L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(group);
      this.labels.push({ marker, size });
      this.labels.sort((a, b) => b.size - a.size);
    },

    // A name gives way to symbols and to the names of bigger communes: it moves a little, or waits for a closer zoom.
    spread() {
      const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      const symbols = Array.from(this.map.getPane("markerPane").children, (icon) => icon.getBoundingClientRect());
      const taken = [];
      for (const { marker } of this.labels) {
        const element = marker.getElement() && marker.getElement().firstChild;
        if (!element) continue;
        element.style.margin = "0";
        const box = element.getBoundingClientRect(), high = box.height;
        let best = null, fewest = Infinity;
        for (const [x, y] of SHIFTS) {
          const dx = x * box.width, dy = y * (high / 2 + 13);
          const moved = { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy };
          if (taken.some((other) => meets(moved, other))) continue;
          const hidden = symbols.filter((symbol) => meets(moved, symbol)).length;
          if (hidden < fewest) {
            fewest = hidden;
            best = [dx, dy, moved];
          }
          if (!hidden) break;
        }
        element.style.visibility = best ? "" : "hidden";
        if (!best) continue;
        element.style.margin = `${best[1]}px 0 0 ${best[0]}px`;
        taken.push(best[2]);
      }
    },
  });
})();
