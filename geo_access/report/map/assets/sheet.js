/* A map of ours: how it sits in the page, which theme it shows, what its tables ask of it. */
(function () {
  "use strict";

  const { read, make, sayCount, sayShare, sayMinutes } = window.GeoAccessParts;

  // folium's own popups ask its usual helper library only for an element made from HTML, and for "when the page is ready".
  window.$ = window.$ || function (what) {
    if (typeof what === "string") {
      const holder = document.createElement("template");
      // folium's own words, escaped where it wrote them.
      // eslint-disable-next-line no-restricted-syntax
      holder.innerHTML = what.trim();
      return Array.from(holder.content.children);
    }
    return { ready: (run) => run() };
  };

  // The map of a page of ours; nothing slides or fades for who asks for stillness.
  function makeMap(id, options) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(id, {
      preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 120, maxZoom: 18, center: [0, 0], zoom: 3,
      fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still, inertia: !still, ...options,
    });
    // The keyboard and cards that need room would slide the map.
    if (still) map.panBy = (offset, how) => L.Map.prototype.panBy.call(map, offset, { ...how, animate: false });
    return map;
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
      // What themes have painted, by their name: layers, the kind of each, and the fills of the kinds.
      this.paintings = new Map();
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
      this.describe();
      this.controls();
      this.popups();
      this.keys();
      this.gestures();
    }

    // How the map sits in the page

    frame() {
      const map = this.map, box = map.getContainer();
      this.fit();
      map.on("dragstart", () => { this.whole = false; });
      map.on("zoomstart", () => { this.whole = false; });
      const settle = () => {
        const whole = this.whole;
        map.invalidateSize({ animate: false });
        if (whole) this.fit();
        this.forgetSizes();
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
        this.forgetSizes();
        this.settleNames();
      });
      window.addEventListener("afterprint", () => {
        sheet.classList.remove("ga-paper");
        map.invalidateSize({ animate: false });
        if (kept) map.fitBounds(kept, { animate: false });
        else this.fit();
        this.forgetSizes();
        this.settleNames();
      });
      if (window.ResizeObserver) new ResizeObserver(settle).observe(box);
    }

    fit() {
      const map = this.map;
      map.setMaxBounds(null).setMinZoom(0);
      // On a phone the buttons at the foot need the room below.
      const foot = map.getSize().x < 500 ? 44 : 6;
      map.fitBounds(this.bounds, { animate: false, paddingTopLeft: [6, 6], paddingBottomRight: [6, foot] });
      // Around the whole there is room for the card of what lies at its edge.
      map.setMaxBounds(map.getBounds().pad(1)).setMinZoom(Math.max(Math.floor(map.getZoom()) - 1, 0));
      this.whole = true;
    }

    credit(said) {
      const control = L.control({ position: "bottomright" });
      control.onAdd = () => make("div", said, { class: "ga-credit" });
      control.addTo(this.map);
      // Below all other controls of its corner.
      const container = control.getContainer();
      container.parentElement.append(container);
    }

    count(value) {
      return sayCount(value, this.numbers);
    }

    share(value) {
      return sayShare(value, this.numbers);
    }

    minutes(seconds, operator) {
      return sayMinutes(seconds, operator, this.numbers);
    }

    finish(control) {
      const slot = document.getElementById(this.id + "_layers"), themes = document.getElementById(this.id + "_themes");
      if (slot && themes) {
        slot.append(control.getContainer());
        themes.append(slot.querySelector(".leaflet-control-layers-base"));
      }
      const show = (name) => {
        for (const theme of this.themes) {
          for (const kind of ["legend", "short"]) {
            const legend = document.getElementById(`${this.id}_${kind}_${theme.name}`);
            if (legend) legend.hidden = theme.name !== name;
          }
        }
        this.showFigures(name === "communes");
        this.theme = name;
        this.map.fire("themechange");
      };
      this.map.on("baselayerchange", (event) => {
        const theme = this.themes.find((known) => known.group === event.layer);
        if (theme) show(theme.name);
      });
      const shown = this.themes.find((theme) => this.map.hasLayer(theme.group));
      if (shown) show(shown.name);
      document.querySelectorAll(`button[data-show="${this.id}"]`).forEach((button) => {
        const at = Number(button.value);
        const place = button.dataset.what === "place";
        button.addEventListener("click", () => (place ? this.showPlace(at, button) : this.showCommune(at, button)));
      });
      document.querySelectorAll("table.ga-table").forEach(window.GeoAccessParts.sortable);
      this.listShown(control);
      this.listCells(this.cellData, (i) => this.sayOfCell(this.cellData, i), (i) => this.cellCard(this.cellData, i));
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
      // Who sees the map already keeps what stands above it.
      this.map.getContainer().scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
      // The card before takes none of the focus.
      this.map.closePopup();
      this.asked = true;
      this.whole = false;
      button.focus({ preventScroll: true });
    }

    showCommune(i, button) {
      const shape = this.landShapes[i];
      if (!shape) return;
      this.comeTo(button);
      this.map.fitBounds(shape.getBounds(), { animate: false, maxZoom: 14, padding: [40, 40] });
      this.openCard(shape.getBounds().getCenter(), () => this.communeCard(i));
    }

    openCard(at, content) {
      L.popup({ maxWidth: 380, minWidth: 290, autoPanPadding: [12, 12] }).setLatLng(at).setContent(content).openOn(this.map);
    }
  }

  // Leaflet focuses the map on every click; only the keyboard needs to see where the focus is.
  document.addEventListener("keydown", () => document.documentElement.classList.add("ga-keys"), true);
  document.addEventListener("pointerdown", () => document.documentElement.classList.remove("ga-keys"), true);

  Object.assign(window.GeoAccessParts, { map: makeMap, Sheet, open: (map, id) => new Sheet(map, id) });
})();
