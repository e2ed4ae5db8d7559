/* The layers that every map has: communes, cells, outlines, sites. Texts from files only ever become text nodes. */
(function () {
  "use strict";

  const { Sheet, nameCell, read, card, ring, isPoint, decode, hatch } = window.GeoAccessParts;

  Object.assign(Sheet.prototype, {
    // Gives layers the fills of their kinds; those whose kind stays are left alone.
    recolour({ layers, kinds, fills, follow }, now) {
      let count = 0;
      layers.forEach((layer, i) => {
        if (!layer || kinds[i] === now[i]) return;
        kinds[i] = now[i];
        layer.options.plain.fillColor = fills[now[i]];
        layer.setStyle({ fillColor: fills[now[i]] });
        count += 1;
      });
      if (count && follow) follow();
      return count;
    },

    polygon(shape, origin, style, content, marks = true) {
      const point = isPoint(shape);
      // A pale dot needs an edge to be seen on pale ground.
      const plain = point ? { ...style, stroke: true, color: "var(--outline)", weight: 0.8, opacity: 0.8 } : style;
      const options = { renderer: this.canvas, smoothFactor: 0, noClip: true, marks, ...plain, plain };
      const layer = point
        ? L.circleMarker(ring(shape, origin)[0], { ...options, radius: 4.5 })
        : L.polygon(decode(shape, origin), options);
      layer.bindPopup(content, { maxWidth: 380, minWidth: 290, autoPanPadding: [20, 20] });
      return layer;
    },

    communeCard(i) {
      const row = this.communes.rows[i];
      return card(row.name, row.verdict, row.facts);
    },

    land(group, id) {
      const data = this.communes = read(id);
      if (this.veil === 1) this.drawLand(group, data.shapes, data.origin);
      // What is clicked lies above the ground and is not seen.
      const plain = { stroke: false, fillColor: "var(--land)", fillOpacity: 0, fill: true };
      this.landShapes = data.shapes.map((shape, i) => (
        shape && this.polygon(shape, data.origin, plain, () => this.communeCard(i), false).addTo(group)
      ));
    },

    shares(group, id) {
      const data = read(id), name = data.name || "communes";
      const fills = data.styles.map(hatch);
      const layers = this.communes.shapes.map((shape, i) => {
        if (!shape) return null;
        const plain = {
          stroke: true, color: "var(--halo)", weight: 0.5, opacity: 1, fillColor: fills[data.classes[i]], fillOpacity: this.veil,
        };
        return this.polygon(shape, this.communes.origin, plain, () => this.communeCard(i)).addTo(group);
      });
      this.paintings.set(name, { layers, kinds: Array.from(data.classes), own: data.classes, fills });
      this.themes.push({ group, name });
    },

    cells(group, id) {
      const data = this.cellData = read(id);
      const fills = data.styles.map(hatch), kinds = Uint8Array.from(data.state, Number), hidden = new Set();
      const layers = data.shapes.map((_, i) => {
        const drawn = this.cell(i, fills[kinds[i]]);
        if (drawn) drawn.addTo(group);
        return drawn;
      });
      this.paintings.set("cells", { group, layers, kinds, own: kinds.slice(), fills, hidden });
      // The legend takes the cells of a state off the map.
      document.querySelectorAll(`#${this.id}_legend_cells input`).forEach((box) => {
        box.addEventListener("change", () => {
          const kind = Number(box.value);
          if (box.checked) hidden.delete(kind); else hidden.add(kind);
          layers.forEach((layer, i) => {
            if (!layer || kinds[i] !== kind) return;
            if (box.checked) group.addLayer(layer); else group.removeLayer(layer);
          });
          this.map.fire("themechange");
        });
      });
      this.themes.push({ group, name: "cells" });
    },

    cell(i, fillColor) {
      const data = this.cellData, shape = data.shapes[i];
      if (!shape) return null;
      const plain = { stroke: true, color: "var(--halo)", weight: 0.5, opacity: 0.4, fillColor, fillOpacity: this.veil };
      return this.polygon(shape, data.origin, plain, () => this.cellCard(data, i));
    },

    cellCard(data, i) {
      const { title, lead, rows } = this.sayOfCell(data, i);
      return card(title, lead, rows);
    },

    sayOfCell(data, i) {
      const words = this.words, state = Number(data.state[i]);
      const rows = [[words.people, this.count(data.weight[i])]];
      const commune = this.communes.rows[data.commune[i]];
      if (commune) rows.push([words.commune, commune.name]);
      const to = (seconds, site, operator) => seconds === null ? words.unreached
        : Number.isNaN(seconds) ? this.live.sayFarther()
        : this.minutes(seconds, operator) + (site >= 0 && data.sites[site] ? " → " + data.sites[site] : "");
      if (data.areas && data.area[i] >= 0) rows.push([words.area, data.areas[data.area[i]]]);
      rows.push([words.pole_time, to(data.pole_s[i], data.pole[i], data.operators[0])]);
      rows.push([words.antenna_time, to(data.antenna_s[i], data.antenna[i], data.operators[1])]);
      if (data.held[i] !== null) {
        rows.push([words.departures_held, `${data.held[i]} / ${data.departures} (${this.share(data.held[i] / data.departures)})`]);
      }
      const reason = data.reasons[data.reason[i]];
      if (reason) rows.push([words.why, reason]);
      rows.push([words.cell, data.prefix + data.cell[i]]);
      return { title: nameCell(data.names, i), lead: data.labels[state], rows };
    },

    outlines(group, id) {
      const data = read(id);
      const origin = data.origin || this.communes.origin;
      (data.shapes || this.communes.shapes).forEach((shape) => {
        if (!shape) return;
        for (const polygon of decode(shape, origin)) {
          for (const style of data.strokes) {
            const options = { renderer: this.lines, pane: "outlines", interactive: false, fill: false, smoothFactor: 0.5 };
            L.polygon(polygon, { ...options, ...style }).addTo(group);
          }
        }
      });
      if (data.names) this.names(group, data.names);
    },

    places(group, id) {
      const data = read(id);
      for (const site of data.rows) {
        const [width, shift] = [data.size, site.shift];
        const icon = L.divIcon({
          className: "ga-site", html: site.open ? data.full : data.hollow, iconSize: [width, width],
          iconAnchor: [width / 2 - shift, width / 2], popupAnchor: [shift, -width / 2],
        });
        const marker = L.marker([site.lat, site.lon], { icon, title: site.label, zIndexOffset: data.rank, riseOnHover: true });
        this.markers.set(site.at, { marker, group, open: site.open, full: data.full, hollow: data.hollow });
        marker.bindPopup(() => this.placeCard(site), { maxWidth: 380, minWidth: 290, autoPanPadding: [20, 20] });
        marker.on("add", () => marker.getElement().setAttribute("aria-label", site.label));
        marker.addTo(group);
        if (marker.getElement()) marker.getElement().setAttribute("aria-label", site.label);
      }
    },
  });
})();
