/* How the map follows the state of the page: cells, communes, what one place serves, symbols, candidates. */
(function () {
  "use strict";
  const { Sheet, read, make, card, fill } = window.GeoAccessParts;

  Object.assign(Sheet.prototype, {
    // Cells lie in one group a state, so that the legend can take a state off the map: they change groups.
    repaintCells(states) {
      const painting = this.paintings.get("cells");
      if (!painting) return;
      const { layers, kinds, fills, parts } = painting;
      let moved = false;
      for (let i = 0; i < layers.length; i += 1) {
        const layer = layers[i], now = states[i];
        if (!layer || kinds[i] === now) continue;
        parts[kinds[i]].removeLayer(layer);
        kinds[i] = now;
        layer.options.plain.fillColor = layer.options.fillColor = fills[now];
        parts[now].addLayer(layer);
        moved = true;
      }
      if (moved) this.liftAbove();
    },

    repaintThemes() {
      if (!this.live) return;
      for (const [name, painting] of this.paintings) {
        const theme = this.themes.find((known) => known.name === name);
        if (name === "cells" || !theme || !this.map.hasLayer(theme.group)) continue;
        this.recolour(painting, this.live.changed ? this.live.kindsOf(name) : painting.own);
      }
      if (this.repaintReach) this.repaintReach();
    },

    repaintPlaces() {
      for (const [row, place] of this.markers) {
        if (place.show) {
          place.show();
          continue;
        }
        const open = this.live.isOpen(row);
        if (place.open === open) continue;
        place.open = open;
        const { options } = place.marker, { icon } = options;
        place.marker.setIcon(L.divIcon({ ...icon.options, html: open ? place.full : place.hollow }));
        this.nameMarker(place.marker, this.live.nameSite(row, options.title));
      }
    },

    nameMarker(marker, label) {
      const element = marker.getElement();
      if (!element) return;
      element.setAttribute("aria-label", label);
      element.title = label;
    },

    // Buttons that open or close sites of the list: those of a place.
    offerSite(box, rows) {
      const words = this.words, { live } = this;
      if (live.changed) box.append(make("p", words.figures_of_study, { class: "ga-note" }));
      for (const row of rows) {
        const site = live.engine.sites[row], open = live.isOpen(row), kind = live.engine.header.kinds[site.kind];
        if (!site.counts.length) continue;
        const said = site.place === undefined
          ? (open === site.open ? (open ? words.try_without : words.try_with) : words.put_back)
          : fill(open ? words.candidate_shut : words.candidate_open, { kind });
        const button = make("button", said, { type: "button", class: "ga-button" });
        button.addEventListener("click", () => {
          live.toggle(site.id);
          this.map.closePopup();
        });
        box.append(button);
      }
    },

    // Places where one may open a site: small marks, which become the kind's symbol when one is open.
    candidates(group, id) {
      const data = read(id), pane = "candidates";
      this.map.createPane(pane).style.zIndex = 590;
      for (const place of data.rows) {
        const icon = (html, size, className) => L.divIcon({
          className, html, iconSize: [size, size], iconAnchor: [size / 2, size / 2], popupAnchor: [0, -size / 2],
        });
        const mark = icon(data.mark, data.size, "ga-candidate");
        const marker = L.marker([place.lat, place.lon], { icon: mark, pane, title: place.label, riseOnHover: true });
        const opened = () => place.rows.find((row) => this.live && this.live.isOpen(row));
        let shown;
        const name = () => this.nameMarker(marker, shown === undefined ? place.label : this.live.nameSite(shown, place.label));
        const show = () => {
          const now = opened();
          if (now === shown) return;
          shown = now;
          const symbol = now === undefined ? null : data.symbols[this.live.engine.sites[now].kind];
          marker.setIcon(symbol ? icon(symbol.html, symbol.size, "ga-site") : mark);
          name();
        };
        marker.bindPopup(() => {
          const box = card(place.name, data.lead, place.facts);
          if (this.live) this.offerSite(box, place.rows);
          return box;
        }, { maxWidth: 380, minWidth: 290, autoPanPadding: [20, 20] });
        marker.on("add", name);
        this.markers.set(place.rows[0], { marker, group, show });
        marker.addTo(group);
        name();
      }
    },
  });
})();
