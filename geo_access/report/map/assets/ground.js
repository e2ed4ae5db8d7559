/* The ground below the cells: land, water, woods, main roads, the borders and the names of what lies around.

   Everything is drawn as SVG in a pane of its own below the cells, one path for all shapes of a kind and zoom: Chromium
   prints a second canvas as a white sheet over the first. Colours stand in the styles, so that they follow dark mode. */
(function () {
  "use strict";

  const { Sheet, read, make, decode, isPoint, ring } = window.GeoAccessParts;
  // Roads as they are seen where no cell lies, and the thin line that shows above the cells.
  const ROADS = {
    motorway: { weight: 3.4, thin: 1.6 }, trunk: { weight: 3, thin: 1.4 }, primary: { weight: 2.4, thin: 1.1 },
    secondary: { weight: 1.7, thin: 0.8 },
  };
  const AREA = { interactive: false, stroke: false, fillOpacity: 1, smoothFactor: 0.7 };
  const LINE = { interactive: false, smoothFactor: 0.7 };
  // Names of the ground get their place behind those of communes and stations.
  const BEHIND = 1000;
  const NAMES = { commune: "ga-neighbour", water: "ga-water-name", woods: "ga-woods-name" };

  function makePane(map, name, zIndex) {
    if (map.getPane(name)) return;
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
  }

  // Shapes come and go with the zoom: a pond says nothing on the map of a region.
  class ZoomedLayer extends L.LayerGroup {
    constructor(map) {
      super();
      this.parts = [];
      this.settle = () => {
        const zoom = map.getZoom();
        for (const { layer, from } of this.parts) {
          if (zoom >= from) this.addLayer(layer); else this.removeLayer(layer);
        }
      };
    }

    part(layer, from) {
      this.parts.push({ layer, from });
    }

    onAdd(map) {
      super.onAdd(map);
      this.settle();
      map.on("zoomend", this.settle);
    }

    onRemove(map) {
      map.off("zoomend", this.settle);
      super.onRemove(map);
    }
  }

  Object.assign(Sheet.prototype, {
    // The territory itself, below everything; without tiles, which show the land.
    drawLand(group, shapes, origin) {
      makePane(this.map, "land", 210);
      const renderer = this.landRenderer = this.landRenderer || L.svg({ pane: "land", padding: 0.3 });
      const rings = shapes.filter((shape) => shape && !isPoint(shape)).flatMap((shape) => decode(shape, origin));
      L.polygon(rings, { ...AREA, renderer, className: "ga-land" }).addTo(group);
    },

    // Positions that are known within some metres only: a circle of that radius.
    rough(group, id) {
      const data = read(id);
      makePane(this.map, "roads", 425);
      const renderer = this.aboveRenderer();
      for (const at of data.at) {
        for (const className of ["ga-rough-edge", "ga-rough"]) {
          L.circle(at, { ...LINE, renderer, radius: data.radius, className }).addTo(group);
        }
      }
    },

    aboveRenderer() {
      if (!this.above425) this.above425 = L.svg({ pane: "roads", padding: 0.3 });
      return this.above425;
    },

    // `same` names the block of another map of the page that holds the same ground.
    ground(group, id) {
      const own = read(id), data = own.same ? read(own.same) : own, map = this.map, { origin } = data;
      makePane(map, "ground", 220);
      makePane(map, "roads", 425);
      const renderer = L.svg({ pane: "ground", padding: 0.3 }), above = this.aboveRenderer();
      const layers = new ZoomedLayer(map);
      const areas = (parts, name) => parts.forEach((part) => layers.part(L.polygon(
        part.shapes.map((shape) => shape.map((flat) => ring(flat, origin))),
        { ...AREA, renderer, className: `ga-${name} ga-${part.kind}` },
      ), part.from));
      const lines = (parts, name, style, where = renderer) => parts.forEach((part) => layers.part(L.polyline(
        part.shapes.map((flat) => ring(flat, origin)),
        { ...LINE, renderer: where, className: `ga-${name} ga-${part.kind}`, ...style(part) },
      ), part.from));
      areas(data.woods, "woods");
      lines(data.rivers, "river", () => ({ weight: 1.6 }));
      areas(data.water, "water");
      lines(data.neighbours, "border", () => ({ weight: 1, dashArray: "5 3" }));
      lines(data.roads, "road-edge", (part) => ({ weight: ROADS[part.kind].weight + 1.4 }));
      lines(data.roads, "road", (part) => ({ weight: ROADS[part.kind].weight }));
      lines(data.roads, "road-thin", (part) => ({ weight: ROADS[part.kind].thin }), above);
      layers.addTo(group);
      for (const [lat, lon, name, kind, from, rank, outside] of data.places) {
        const style = ["ga-name", "ga-place", NAMES[kind]].filter(Boolean).join(" ");
        this.label(group, [lat, lon], make("div", name), style, rank - BEHIND, { from, outside: Boolean(outside) });
      }
      this.credit(data.credit);
      this.spread();
    },
  });
})();
