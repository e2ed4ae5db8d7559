/* Draws the layers of a coverage map from the JSON blocks of the page. Texts from files only ever become text nodes. */
"use strict";
(function () {
  // folium's own popups ask its usual helper library only for an element made from HTML, and for "when the page is ready".
  window.$ = window.$ || function (what) {
    if (typeof what === "string") {
      const holder = document.createElement("template");
      holder.innerHTML = what.trim();
      return Array.from(holder.content.children);
    }
    return { ready: (run) => run() };
  };

  const SCALE = 1e5;
  // Where a name may move to: in parts of its width, and by a symbol's height; no farther, or it would name its neighbour.
  const SHIFTS = [[0, 0], [0, -1], [0, 1], [-0.25, 0], [0.25, 0], [-0.25, -1], [0.25, -1], [-0.25, 1], [0.25, 1]];

  function read(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    return element;
  }

  // A text whose places are filled in; what is filled in may hold braces or dollars.
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  }

  function list(rows) {
    const dl = make("dl");
    for (const [label, value] of rows) {
      dl.append(make("dt", label), make("dd", value));
    }
    return dl;
  }

  function card(title, lead, rows) {
    const box = make("div");
    box.append(make("h2", title));
    if (lead) box.append(make("p", lead));
    box.append(list(rows));
    return box;
  }

  // Shapes: integers of 1e-5 degree; a flat list is one ring, each vertex from the one before; else polygons of rings.
  function ring(flat, origin) {
    const points = [];
    let lon = origin[0], lat = origin[1];
    for (let i = 0; i < flat.length; i += 2) {
      lon += flat[i];
      lat += flat[i + 1];
      points.push([lat / SCALE, lon / SCALE]);
    }
    return points;
  }

  function decode(shape, origin) {
    if (typeof shape[0] === "number") return [[ring(shape, origin)]];
    return shape.map((polygon) => polygon.map((flat) => ring(flat, origin)));
  }

  function hatch(style) {
    if (!style.lines) return style.fill;
    const tile = document.createElement("canvas");
    tile.width = tile.height = style.step * 2;
    const pen = tile.getContext("2d"), size = tile.width;
    pen.fillStyle = style.fill;
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = style.lines;
    pen.lineWidth = style.width * 2;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - 2, size + 2);
      pen.lineTo(shift + size + 2, -2);
      if (style.cross) {
        pen.moveTo(shift - 2, -2);
        pen.lineTo(shift + size + 2, size + 2);
      }
    }
    pen.stroke();
    const pattern = pen.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(0.5));
    return pattern;
  }

  // The map of a page of ours; nothing slides or fades for who asks for stillness.
  function makeMap(id, options) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    return L.map(id, {
      preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 120, maxZoom: 18, center: [0, 0], zoom: 3,
      fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still, ...options,
    });
  }

  class Sheet {
    constructor(map, id) {
      this.map = map;
      this.id = id;
      const page = read(id + "_page");
      this.words = page.words;
      this.numbers = page.numbers;
      this.bounds = L.latLngBounds(page.bounds);
      // Over tiles the land shows through.
      this.veil = page.credit ? 0.72 : 1;
      this.communes = null;
      this.markers = new Map();
      this.themes = [];
      this.labels = [];
      this.showing = {};
      this.canvas = L.canvas({ padding: 0.3 });
      const outlines = map.createPane("outlines");
      outlines.style.zIndex = 450;
      outlines.style.pointerEvents = "none";
      const names = map.createPane("names");
      names.style.zIndex = 550;
      names.style.pointerEvents = "none";
      this.lines = L.svg({ pane: "outlines", padding: 0.3 });
      if (page.credit) this.credit(page.credit);
      map.on("zoomend overlayadd overlayremove baselayerchange", () => this.spread());
      this.frame();
      this.controls();
      this.popups();
    }

    // How the map sits in the page

    frame() {
      const map = this.map, box = map.getContainer();
      this.fit();
      map.setMaxBounds(this.bounds.pad(0.75));
      map.setMinZoom(Math.floor(map.getZoom()) - 1);
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", this.words.map_label);
      // The page scrolls past the map; the wheel zooms once the map was clicked or entered by keyboard.
      map.scrollWheelZoom.disable();
      map.on("click focus", () => map.scrollWheelZoom.enable());
      box.addEventListener("mouseleave", () => map.scrollWheelZoom.disable());
      map.on("dragstart", () => { this.whole = false; });
      map.on("zoomstart", () => { this.whole = false; });
      const settle = () => {
        const whole = this.whole;
        map.invalidateSize({ animate: false });
        if (whole) this.fit();
        this.spread();
      };
      // The print styles take hold after "beforeprint", so the paper's size is set by hand for the map to be redrawn in it.
      const sheet = box.parentElement;
      let kept = null;
      window.addEventListener("beforeprint", () => {
        kept = this.whole ? null : map.getBounds();
        sheet.classList.add("ga-paper");
        map.invalidateSize({ animate: false });
        if (kept) map.fitBounds(kept, { animate: false });
        else this.fit();
        this.spread();
      });
      window.addEventListener("afterprint", () => {
        sheet.classList.remove("ga-paper");
        map.invalidateSize({ animate: false });
        if (kept) map.fitBounds(kept, { animate: false });
        else this.fit();
        this.spread();
      });
      if (window.ResizeObserver) new ResizeObserver(settle).observe(box);
    }

    fit() {
      this.map.fitBounds(this.bounds, { animate: false, padding: [6, 6] });
      this.whole = true;
    }

    controls() {
      const words = this.words;
      const zoom = L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(this.map);
      const home = make("button", null, { type: "button", class: "ga-home", title: words.zoom_all, "aria-label": words.zoom_all });
      home.innerHTML = '<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M2 7V2h5M11 2h5v5M16 11v5h-5M7 16H2v-5" ' +
        'fill="none" stroke="#1b1f24" stroke-width="2"/></svg>';
      L.DomEvent.disableClickPropagation(home);
      home.addEventListener("click", () => this.fit());
      zoom.getContainer().append(home);
      L.control.scale({ imperial: false, maxWidth: 160 }).addTo(this.map);
    }

    credit(said) {
      const control = L.control({ position: "bottomright" });
      control.onAdd = () => make("div", said, { class: "ga-credit" });
      control.addTo(this.map);
    }

    popups() {
      const map = this.map, box = map.getContainer();
      let byKey = false, opener = null, marked = null;
      box.addEventListener("keydown", (event) => {
        byKey = true;
        if (event.key === "Escape") map.closePopup();
      }, true);
      box.addEventListener("pointerdown", () => { byKey = false; }, true);
      map.on("popupopen", (event) => {
        const popup = event.popup, element = popup.getElement(), source = popup._source;
        const close = element.querySelector(".leaflet-popup-close-button");
        if (close) {
          close.setAttribute("aria-label", this.words.close);
          close.title = this.words.close;
        }
        const title = element.querySelector("h2");
        element.setAttribute("role", "dialog");
        element.setAttribute("aria-label", title ? title.textContent : this.words.map_label);
        if (source && source.setStyle && source.options.marks) {
          marked = source;
          source.setStyle({ color: "#111", weight: 3, opacity: 1, stroke: true });
          source.bringToFront();
        }
        opener = document.activeElement;
        if (byKey || this.asked) {
          const content = element.querySelector(".leaflet-popup-content");
          content.tabIndex = -1;
          content.focus({ preventScroll: true });
        }
      });
      map.on("popupclose", () => {
        if (marked) marked.setStyle(marked.options.plain);
        marked = null;
        if ((byKey || this.asked) && opener && opener.isConnected) opener.focus({ preventScroll: true });
        this.asked = false;
      });
    }

    // Numbers for people; the same rules as geo_access/formats.py

    count(value) {
      if (value > 0 && value < 0.5) return "<\u00a01";
      return String(Math.floor(value + 0.5)).replace(/\B(?=(\d{3})+$)/g, this.numbers.thousands);
    }

    share(value) {
      const tenths = Math.floor(value * 1000 + 1e-9);
      let said;
      if (tenths >= 1000) said = value >= 1 ? "100" : "99.9";
      else if (tenths === 0) said = value <= 0 ? "0" : "<\u00a00.1";
      else said = Math.floor(tenths / 10) + "." + (tenths % 10);
      return said.replace(".", this.numbers.decimal) + this.numbers.percent;
    }

    minutes(seconds, operator) {
      const raw = seconds / 6;
      const tenths = operator === "le" ? Math.ceil(raw - 1e-9) : Math.floor(raw + 1e-9);
      return (Math.floor(tenths / 10) + "." + (tenths % 10)).replace(".", this.numbers.decimal) + "\u00a0min";
    }

    // Layers

    polygon(shape, origin, style, content, marks = true) {
      const point = shape.length === 2 && typeof shape[0] === "number";
      // A pale dot needs an edge to be seen on pale ground.
      const plain = point ? { ...style, stroke: true, color: "#3b434b", weight: 0.8, opacity: 0.8 } : style;
      const options = { renderer: this.canvas, smoothFactor: 0, noClip: true, marks, ...plain, plain };
      const layer = point
        ? L.circleMarker(ring(shape, origin)[0], { ...options, radius: 4.5 })
        : L.polygon(decode(shape, origin), options);
      layer.bindPopup(content, { maxWidth: 380, minWidth: 290, autoPanPadding: [20, 20] });
      return layer;
    }

    communeCard(i) {
      const row = this.communes.rows[i];
      return card(row.name, row.verdict, row.facts);
    }

    land(group, id) {
      const data = this.communes = read(id);
      const plain = { stroke: false, fillColor: "#e3e4e2", fillOpacity: this.veil < 1 ? 0 : 1, fill: true };
      this.landShapes = data.shapes.map((shape, i) => shape && this.polygon(shape, data.origin, plain, () => this.communeCard(i), false).addTo(group));
    }

    shares(group, id) {
      const data = read(id);
      const fills = data.styles.map(hatch);
      this.communes.shapes.forEach((shape, i) => {
        if (!shape) return;
        const plain = { stroke: true, color: "#fff", weight: 0.5, opacity: 1, fillColor: fills[data.classes[i]], fillOpacity: this.veil };
        this.polygon(shape, this.communes.origin, plain, () => this.communeCard(i)).addTo(group);
      });
      this.themes.push({ group, name: "communes" });
    }

    cells(group, id) {
      const data = this.cellData = read(id);
      const fills = data.styles.map(hatch);
      const parts = data.styles.map(() => L.featureGroup().addTo(group));
      data.shapes.forEach((shape, i) => {
        const drawn = this.cell(i, fills[data.state[i]]);
        if (drawn) drawn.addTo(parts[data.state[i]]);
      });
      document.querySelectorAll(`#${this.id}_legend_cells input`).forEach((box) => {
        box.addEventListener("change", () => {
          const part = parts[Number(box.value)];
          if (box.checked) group.addLayer(part); else group.removeLayer(part);
          this.map.fire("themechange");
        });
      });
      this.themes.push({ group, name: "cells" });
    }

    cell(i, fillColor) {
      const data = this.cellData, shape = data.shapes[i];
      if (!shape) return null;
      const plain = { stroke: true, color: "#fff", weight: 0.5, opacity: 0.4, fillColor, fillOpacity: this.veil };
      return this.polygon(shape, data.origin, plain, () => this.cellCard(data, i));
    }

    cellCard(data, i) {
      const words = this.words, state = Number(data.state[i]);
      const rows = [[words.people, this.count(data.weight[i])]];
      const commune = this.communes.rows[data.commune[i]];
      if (commune) rows.push([words.commune, commune.name]);
      const to = (seconds, site, operator) => seconds === null ? words.unreached
        : this.minutes(seconds, operator) + (site >= 0 && data.sites[site] ? " → " + data.sites[site] : "");
      if (data.areas && data.area[i] >= 0) rows.push([words.area, data.areas[data.area[i]]]);
      rows.push([words.pole_time, to(data.pole_s[i], data.pole[i], data.operators[0])]);
      rows.push([words.antenna_time, to(data.antenna_s[i], data.antenna[i], data.operators[1])]);
      if (data.held[i] !== null) {
        rows.push([words.departures_held, `${data.held[i]} / ${data.departures} (${this.share(data.held[i] / data.departures)})`]);
      }
      const reason = data.reasons[data.reason[i]];
      if (reason) rows.push([words.why, reason]);
      const name = data.prefix + data.cell[i];
      return card(fill(words.cell, { cell: name }), data.labels[state], rows);
    }

    outlines(group, id) {
      const data = read(id);
      const origin = data.origin || this.communes.origin;
      (data.shapes || this.communes.shapes).forEach((shape) => {
        if (!shape) return;
        for (const polygon of decode(shape, origin)) {
          for (const style of data.strokes) {
            L.polygon(polygon, { renderer: this.lines, pane: "outlines", interactive: false, fill: false, smoothFactor: 0.5, ...style }).addTo(group);
          }
        }
      });
      if (data.names) this.names(group, data.names);
    }

    names(group, names) {
      for (const [lat, lon, name, share, size] of names) {
        const text = make("div");
        text.append(make("div", name), make("span", share));
        this.label(group, [lat, lon], text, "ga-name", size);
      }
      this.spread();
    }

    label(group, at, html, className, size) {
      const icon = L.divIcon({ className, html, iconSize: null });
      const marker = L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(group);
      this.labels.push({ marker, size });
      this.labels.sort((a, b) => b.size - a.size);
    }

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
    }

    places(group, id) {
      const data = read(id);
      for (const site of data.rows) {
        const [width, shift] = [data.size, site.shift];
        const icon = L.divIcon({
          className: "ga-site", html: site.open ? data.full : data.hollow, iconSize: [width, width],
          iconAnchor: [width / 2 - shift, width / 2], popupAnchor: [shift, -width / 2],
        });
        const marker = L.marker([site.lat, site.lon], { icon, title: site.label, zIndexOffset: data.rank, riseOnHover: true });
        this.markers.set(site.at, { marker, group });
        marker.bindPopup(() => this.placeCard(site), { maxWidth: 380, minWidth: 290, autoPanPadding: [20, 20] });
        marker.on("add", () => marker.getElement().setAttribute("aria-label", site.label));
        marker.addTo(group);
        if (marker.getElement()) marker.getElement().setAttribute("aria-label", site.label);
      }
    }

    // The page: layer control beside the map, legend of the theme shown, table

    finish(control) {
      const slot = document.getElementById(this.id + "_layers"), themes = document.getElementById(this.id + "_themes");
      if (slot && themes) {
        slot.append(control.getContainer());
        themes.append(slot.querySelector(".leaflet-control-layers-base"));
      }
      const show = (name) => {
        for (const theme of this.themes) {
          const legend = document.getElementById(`${this.id}_legend_${theme.name}`);
          if (legend) legend.hidden = theme.name !== name;
        }
        this.map.getContainer().classList.toggle("ga-shares", name === "communes");
        this.theme = name;
        this.map.fire("themechange");
        this.spread();
      };
      this.map.on("baselayerchange", (event) => {
        const theme = this.themes.find((known) => known.group === event.layer);
        if (theme) show(theme.name);
      });
      const shown = this.themes.find((theme) => this.map.hasLayer(theme.group));
      if (shown) show(shown.name);
      document.querySelectorAll(`button[data-show="${this.id}"]`).forEach((button) => {
        const at = Number(button.value);
        button.addEventListener("click", () => (button.dataset.what === "place" ? this.showPlace(at, button) : this.showCommune(at, button)));
      });
      document.querySelectorAll("table.ga-table").forEach(sortable);
      this.listShown(control);
      this.map.getContainer().dataset.ready = "yes";
    }

    // On paper, only the layers that are on are listed.
    listShown(control) {
      const entries = document.querySelectorAll(`#${this.id}_shown > li`);
      const overlays = control._layers.filter((known) => known.overlay).map((known) => known.layer);
      const tell = () => overlays.forEach((layer, i) => { entries[i].hidden = !this.map.hasLayer(layer); });
      this.map.on("overlayadd overlayremove", tell);
      tell();
    }

    comeTo(button) {
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.map.getContainer().scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
      this.asked = true;
      button.focus({ preventScroll: true });
    }

    showCommune(i, button) {
      const shape = this.landShapes[i];
      if (!shape) return;
      this.comeTo(button);
      this.map.fitBounds(shape.getBounds(), { animate: false, maxZoom: 14, padding: [40, 40] });
      L.popup({ maxWidth: 380, minWidth: 290 }).setLatLng(shape.getBounds().getCenter()).setContent(this.communeCard(i)).openOn(this.map);
    }
  }

  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    const key = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    heads.forEach((head, column) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const numeric = head.dataset.kind === "number";
        const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : numeric;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sign = down ? -1 : 1, collator = new Intl.Collator(document.documentElement.lang);
        const rows = Array.from(body.rows).map((row, at) => [key(row, column), at, row]);
        rows.sort(([a, i], [b, j]) => {
          if (a === "" || b === "") return (a === "") - (b === "") || i - j;
          return sign * (numeric ? a - b : collator.compare(a, b)) || i - j;
        });
        body.append(...rows.map(([, , row]) => row));
      });
    });
  }

  // Leaflet focuses the map on every click; only the keyboard needs to see where the focus is.
  document.addEventListener("keydown", () => document.documentElement.classList.add("ga-keys"), true);
  document.addEventListener("pointerdown", () => document.documentElement.classList.remove("ga-keys"), true);

  window.GeoAccess = { map: makeMap, open: (map, id) => new Sheet(map, id), Sheet, read, make, fill, card, decode, hatch, sortable };
})();
