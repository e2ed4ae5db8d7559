/* Draws the findings of an inspection that have places. Texts from files only ever become text nodes. */
(function () {
  "use strict";

  const { Sheet, read, card } = window.GeoAccessParts;

  class Findings extends Sheet {
    constructor(map, id) {
      super(map, id);
      map.getContainer().dataset.ready = "yes";
    }

    // Points of one level: where, what is there, what is odd about it.
    points(group, id) {
      const data = read(id);
      const plain = { radius: data.radius, color: "var(--halo)", weight: 1.2, fillColor: data.colour, fillOpacity: 0.9 };
      for (const [lat, lon, name, detail] of data.points) {
        L.circleMarker([lat, lon], plain).bindPopup(() => card(name, detail, [])).addTo(group);
      }
    }
  }

  const map = (id) => window.GeoAccessParts.map(id, { zoomDelta: 1, wheelPxPerZoomLevel: 60 });
  window.GeoAccessParts.inspected = { map, open: (drawn, id) => new Findings(drawn, id) };
})();
