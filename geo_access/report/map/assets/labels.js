/* Names on the map: which of them are shown, where, and in which form. What computes stands in placement.js.

   A commune's name is an element `.label-commune[data-insee]`; it stands inside of its commune, or outside of the territory
   with a line into its commune (`data-leader`), or it waits for a closer zoom (the element is then not in the page).
   Other layers give their names by `sheet.label(group, at, element, className, rank, options)`:
     group      the layer that they come and go with
     at         [lat, lon]
     element    what is shown; texts in it are text nodes
     className  "ga-name" and what styles it
     rank       the higher, the sooner it gets its place; communes come before all
     options    gap: stands beside a dot that reaches so many pixels; from: the least zoom at which it is shown;
                outside: only outside of the study's communes; inside: decoded polygons that it must stay within
   and call `sheet.spread()` when they have given all. Symbols of places are never covered. */
(function () {
  "use strict";

  const { Sheet, make, decode, isPoint, placement } = window.GeoAccessParts;
  const { breakName, makeField, makeRegion, placeLabels, project, projectPolygons } = placement;
  // What a form of a name gives up, in pixels of distance from the middle of its commune.
  const COST = { broken: 6, small: 34, smallBroken: 40, less: 0, smallLess: 20 };

  // Panes of what stands for a place.
  const SYMBOLS = new Set(["markerPane", "candidates"]);

  // The forms of a commune's name: in one line or two, smaller; with a figure, at the end the figure alone.
  function listForms(name, figure) {
    const broken = breakName(name), last = figure ? [["strong", figure]] : [];
    const forms = [{ lines: [["span", name], ...last], cost: 0 }, { lines: [["span", name], ...last], cost: COST.small, small: true }];
    if (broken) {
      const lines = [...broken.map((part) => ["span", part]), ...last];
      forms.push({ lines, cost: COST.broken }, { lines, cost: COST.smallBroken, small: true });
    }
    if (figure) forms.push({ lines: last, cost: COST.less, less: true }, { lines: last, cost: COST.smallLess, less: true, small: true });
    return forms;
  }

  function draw(element, form) {
    element.replaceChildren(...form.lines.map(([tag, text]) => make(tag, text)));
    element.classList.toggle("ga-small", Boolean(form.small));
  }

  Object.assign(Sheet.prototype, {
    // Names of communes: [insee, lat, lon, figure, residents] each.
    names(group, names) {
      const { rows, shapes, origin } = this.communes, at = new Map(rows.map((row, i) => [row.insee, i]));
      const polygons = shapes.map((shape) => (shape && !isPoint(shape) ? projectPolygons(decode(shape, origin)) : []));
      this.field = makeField(polygons);
      for (const [insee, lat, lon, figure, people] of names) {
        const i = at.get(insee);
        if (i === undefined || !polygons[i].length) continue;
        const element = make("div", null, { class: "ga-label label-commune", "data-insee": insee });
        const made = this.addLabel(group, [lat, lon], element, "ga-name", people);
        Object.assign(made, { insee, name: rows[i].name, figure, region: makeRegion(polygons[i], project(lat, lon)), led: true });
      }
      this.spread();
    },

    // Other figures below the names: {insee: text}; what is left out stays.
    setFigures(figures) {
      for (const label of this.labels) {
        if (label.insee in figures) Object.assign(label, { figure: figures[label.insee], forms: null });
      }
      this.spread();
    },

    showFigures(shown) {
      this.figuresShown = shown;
      for (const label of this.labels) if (label.insee) label.forms = null;
      this.map.getContainer().classList.toggle("ga-shares", shown);
      this.spread();
    },

    label(group, at, element, className, rank, options = {}) {
      element.classList.add("ga-label");
      const made = this.addLabel(group, at, element, className, rank);
      const inside = options.inside && projectPolygons(options.inside);
      Object.assign(made, options, { at: project(...at), region: inside ? makeRegion(inside, project(...at)) : undefined });
    },

    addLabel(group, at, element, className, rank) {
      const icon = L.divIcon({ className, html: "", iconSize: null });
      const marker = L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(group);
      const made = { marker, element, rank, className };
      this.labels.push(made);
      this.ranked = false;
      return made;
    },

    // Several changes at once are one: names are placed before the page is next painted.
    spread() {
      if (this.spreading) return;
      this.spreading = true;
      queueMicrotask(() => { if (this.spreading) this.settleNames(); });
    },

    // Sizes depend on the page's fonts: asked of the page, all that are new in one go.
    measureForms(labels) {
      const asked = [];
      for (const label of labels) {
        if (label.forms) continue;
        label.forms = label.insee ? listForms(label.name, this.figuresShown ? label.figure : "") : [{ cost: 0 }];
        for (const form of label.forms) {
          const probe = label.element.cloneNode(true);
          probe.removeAttribute("data-insee");
          probe.classList.remove("label-commune");
          if (form.lines) draw(probe, form);
          const holder = make("div", null, { class: `${label.className} ga-measured`, "aria-hidden": "true" });
          holder.append(probe);
          asked.push([label, form, holder, probe]);
        }
      }
      if (!asked.length) return;
      this.map.getPane("names").append(...asked.map(([, , holder]) => holder));
      for (const [, form, , probe] of asked) Object.assign(form, { width: probe.offsetWidth + 1, height: probe.offsetHeight });
      for (const [label, form, holder] of asked) {
        holder.remove();
        // In a page that is not shown yet nothing has a size.
        if (form.width <= 1) label.forms = null;
      }
    },

    forgetSizes() {
      for (const label of this.labels) label.forms = null;
    },

    // Symbols, and in the view of the whole the controls: no name is to be under them.
    listObstacles() {
      const boxes = [], map = this.map, zoom = map.getZoom();
      map.eachLayer((layer) => {
        if (!(layer instanceof L.Marker) || !SYMBOLS.has(layer.options.pane) || !layer.options.icon.options.iconSize) return;
        const { iconSize, iconAnchor } = layer.options.icon.options, size = L.point(iconSize), at = map.project(layer.getLatLng(), zoom);
        const corner = at.subtract(iconAnchor ? L.point(iconAnchor) : size.divideBy(2));
        boxes.push({ left: corner.x - 1, top: corner.y - 1, right: corner.x + size.x + 1, bottom: corner.y + size.y + 1 });
      });
      if (!this.whole) return boxes;
      const frame = map.getContainer().getBoundingClientRect(), origin = map.getPixelBounds().min;
      map.getContainer().querySelectorAll(".leaflet-control").forEach((control) => {
        const box = control.getBoundingClientRect(), [dx, dy] = [origin.x - frame.left, origin.y - frame.top];
        if (box.width) boxes.push({ left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy });
      });
      return boxes;
    },

    settleNames() {
      this.spreading = false;
      const map = this.map, zoom = map.getZoom();
      if (!this.ranked) this.labels.sort((a, b) => b.rank - a.rank);
      this.ranked = true;
      const asked = this.labels.filter((label) => map.hasLayer(label.marker) && zoom >= (label.from || 0));
      this.measureForms(asked);
      const labels = asked.filter((label) => label.forms);
      const bounds = map.getPixelBounds();
      const view = this.whole
        ? { left: bounds.min.x + 4, top: bounds.min.y + 4, right: bounds.max.x - 4, bottom: bounds.max.y - 4 } : null;
      const scale = 256 * 2 ** zoom;
      const found = placeLabels(labels, { scale, obstacles: this.listObstacles(), field: this.field, view });
      const placed = new Map(labels.map((label, i) => [label, found[i]]));
      if (!this.leaders) this.leaders = L.layerGroup().addTo(map);
      this.leaders.clearLayers();
      for (const label of this.labels) this.showLabel(label, placed.get(label), zoom);
    },

    showLabel(label, at, zoom) {
      const { element, marker } = label, icon = marker.getElement();
      if (!at || !icon) {
        element.remove();
        return;
      }
      if (at.form.lines) draw(element, at.form);
      element.toggleAttribute("data-leader", Boolean(at.line));
      element.style.left = `${-Math.round(at.form.width / 2)}px`;
      element.style.top = `${-Math.round(at.form.height / 2)}px`;
      marker.setLatLng(this.map.unproject([at.x, at.y], zoom));
      if (element.parentElement !== icon) icon.append(element);
      if (at.line) this.drawLeader(at.line.map((point) => this.map.unproject(point, zoom)));
    },

    drawLeader(line) {
      const common = { renderer: this.lines, pane: "outlines", interactive: false, className: "ga-leader" };
      L.polyline(line, { ...common, color: "var(--halo)", weight: 3.5, opacity: 0.9 }).addTo(this.leaders);
      L.polyline(line, { ...common, color: "var(--border)", weight: 1.2 }).addTo(this.leaders);
      const dot = { radius: 2.5, color: "var(--halo)", weight: 1, fillColor: "var(--border)", fillOpacity: 1 };
      L.circleMarker(line[0], { ...common, ...dot }).addTo(this.leaders);
    },
  });
})();
