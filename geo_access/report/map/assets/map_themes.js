/* More layers of the coverage map: cells painted in classes, what one place serves, dots, rail lines, streets. */
(function () {
  "use strict";

  const { Sheet, read, make, card, hatch, line, takeRuns } = window.GeoAccessParts;
  // The least zoom at which stations are named.
  const NAMED = 13;
  const RAIL = {
    rail: { weight: 2 },
    metro: { weight: 1.4, dashArray: "7 3" },
    tram: { weight: 1.4, dashArray: "2 3" },
  };

  function layerPane(map, name, zIndex) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
    return name;
  }

  Object.assign(Sheet.prototype, {
    // A theme is drawn when it is first chosen: the page opens sooner.
    whenShown(group, draw) {
      let drawn = false;
      const once = () => {
        if (drawn) return;
        drawn = true;
        draw();
      };
      group.on("add", once);
      if (this.map.hasLayer(group)) once();
    },

    painted(group, id) {
      const data = read(id);
      this.whenShown(group, () => {
        const fills = data.styles.map(hatch), kinds = Uint8Array.from(data.classes, Number);
        const layers = this.cellData.shapes.map((_, i) => {
          const cell = this.cell(i, fills[kinds[i]]);
          if (cell) cell.addTo(group);
          return cell;
        });
        const painting = { layers, kinds, own: kinds.slice(), fills };
        this.paintings.set(data.name, painting);
        this.contour(group, painting, data.within);
      });
      this.themes.push({ group, name: data.name });
    },

    reach(group, id) {
      const data = read(id);
      const choice = document.getElementById(this.id + "_place"), said = document.getElementById(this.id + "_reached");
      const fills = data.styles.map(hatch);
      const [ONLY, SHARED, NONE, EMPTY] = [0, 1, 2, 3];
      let layers = null, kinds = null, ring = null;
      // Of the study itself; live.js knows better while the page is in another state.
      const own = (number) => {
        const now = new Uint8Array(this.cellData.shapes.length).fill(NONE);
        takeRuns(data.runs[number], (i) => { now[i] = SHARED; });
        takeRuns(data.only[number], (i) => { now[i] = ONLY; });
        return { now, said: data.said[number] };
      };
      const paint = () => {
        if (this.live) this.listOpen(choice, data);
        const number = Number(choice.value), beside = number >= data.said.length;
        const found = this.live && (this.live.changed || beside) ? this.live.reach(data.sites[number]) : own(number);
        said.textContent = found.said;
        if (this.theme === data.name) this.say(found.said);
        found.now.forEach((_, i) => { if (Number(this.cellData.state[i]) === 4) found.now[i] = EMPTY; });
        this.recolour({ layers, kinds, fills }, found.now);
        if (ring) ring.classList.remove("ga-chosen");
        ring = null;
        const place = this.markers.get(data.sites[number]);
        if (this.theme === "reach" && place && place.marker.getElement()) {
          ring = place.marker.getElement();
          ring.classList.add("ga-chosen");
        }
      };
      this.whenShown(group, () => {
        kinds = new Uint8Array(this.cellData.shapes.length).fill(NONE);
        layers = this.cellData.shapes.map((_, i) => {
          const cell = this.cell(i, fills[NONE]);
          if (cell) cell.addTo(group);
          return cell;
        });
        paint();
      });
      choice.addEventListener("change", () => { if (layers) paint(); });
      this.repaintReach = () => { if (layers && this.map.hasLayer(group)) paint(); };
      this.map.on("themechange overlayadd", () => { if (layers) paint(); });
      this.choosePlace = (number) => {
        choice.value = String(number);
        if (this.map.hasLayer(group)) {
          paint();
          return;
        }
        const theme = this.themes.find((known) => this.map.hasLayer(known.group));
        if (theme) this.map.removeLayer(theme.group);
        this.map.addLayer(group);
        this.map.fire("baselayerchange", { layer: group });
      };
      this.themes.push({ group, name: data.name });
    },

    placeCard(site) {
      const box = card(site.name, site.lead, site.facts);
      if (site.reach !== null && this.choosePlace) {
        const button = make("button", this.words.show_reach, { type: "button", class: "ga-button" });
        button.addEventListener("click", () => {
          this.choosePlace(site.reach);
          this.map.closePopup();
        });
        box.insertBefore(button, box.lastChild);
      }
      if (this.live) this.offerSite(box, [site.at]);
      return box;
    },

    showPlace(at, button) {
      const { marker, group } = this.markers.get(at);
      if (!this.map.hasLayer(group)) this.map.addLayer(group);
      this.comeTo(button);
      this.map.setView(marker.getLatLng(), Math.max(this.map.getZoom(), 13.5), { animate: false });
      marker.openPopup();
    },

    // Streets and dots share the cells' canvas (Chromium prints a second canvas as a white sheet over the first), so they
    // are lifted again whenever cells were added to it.
    keepAbove(group, rank) {
      if (!this.above) {
        this.above = [];
        this.map.on("themechange", () => this.liftAbove());
      }
      this.above[rank] = group;
    },

    liftAbove() {
      for (const layers of this.above || []) {
        if (layers && this.map.hasLayer(layers)) layers.eachLayer((layer) => layer.bringToFront());
      }
    },

    dots(group, id) {
      const data = read(id);
      const edge = { stroke: true, color: "var(--halo)", weight: 0.7 };
      const plain = { renderer: this.canvas, interactive: false, ...edge, fillColor: "var(--dots)", fillOpacity: 0.9 };
      const draw = (lat, lon, radius) => L.circle([lat, lon], { ...plain, radius }).addTo(group);
      let drawn = null;
      this.repaintDots = () => {
        const changed = Boolean(this.live && this.live.changed), now = changed ? this.live.verdict : "own";
        if (drawn === now || !this.map.hasLayer(group)) return;
        drawn = now;
        group.clearLayers();
        if (!changed) data.lat.forEach((lat, i) => draw(lat, data.lon[i], data.radius[i]));
        else this.live.dots(data).forEach((dot) => draw(...dot));
      };
      group.on("add", this.repaintDots);
      this.repaintDots();
      this.keepAbove(group, 1);
    },

    rail(group, id) {
      const data = read(id), map = this.map;
      this.whenShown(group, () => {
        const renderer = L.svg({ pane: layerPane(map, "rail", 430), padding: 0.3 });
        const common = { renderer, interactive: false, smoothFactor: 0.5 };
        for (const mode of data.modes) {
          const lines = mode.lines.map(line);
          L.polyline(lines, { ...common, color: "var(--halo)", weight: RAIL[mode.name].weight + 1.6, opacity: 0.45 }).addTo(group);
          L.polyline(lines, { ...common, color: "var(--rail)", opacity: 0.6, ...RAIL[mode.name] }).addTo(group);
        }
        const size = () => (map.getZoom() < 12.5 ? 1.6 : map.getZoom() < 14 ? 3 : 4.5);
        const plain = {
          renderer, color: "var(--rail)", weight: 1.1, opacity: 0.9, fillColor: "var(--halo)", fillOpacity: 1, radius: size(),
        };
        const dots = data.stations.map(([lat, lon, name, lines]) => {
          const rows = lines ? [[data.lines, lines]] : [];
          const dot = L.circleMarker([lat, lon], plain).addTo(group);
          return dot.bindPopup(() => card(name, data.lead, rows), { maxWidth: 320, minWidth: 200 });
        });
        let named = false;
        const settle = () => {
          const near = map.getZoom() >= NAMED;
          // Where stations have no names yet, who taps means the cell below.
          dots.forEach((dot) => {
            dot.setRadius(size());
            dot.getElement().style.pointerEvents = near ? "" : "none";
          });
          if (!near || named) return;
          named = true;
          data.stations.forEach(([lat, lon, name, , rank]) => {
            this.label(group, [lat, lon], make("div", name), "ga-name ga-station", rank, { gap: 6, from: NAMED });
          });
          this.spread();
        };
        map.on("zoomend", settle);
        settle();
      });
    },

    streets(group, id) {
      const lines = read(id).lines.map(line);
      const plain = { renderer: this.canvas, interactive: false, color: "var(--outline)", weight: 0.8, opacity: 0.28, smoothFactor: 1.5 };
      this.whenShown(group, () => L.polyline(lines, plain).addTo(group));
      this.keepAbove(group, 0);
    },
  });
})();
