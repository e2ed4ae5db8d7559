/* Draws the findings of an inspection that have places. Texts from files only ever become text nodes. */
(function () {
  "use strict";

  const { read, make } = window.GeoAccessParts;

  class Findings {
    constructor(map, id) {
      const page = read(id + "_page");
      map.fitBounds(page.bounds, { animate: false });
      L.control.zoom({ zoomInTitle: page.zoom_in, zoomOutTitle: page.zoom_out }).addTo(map);
      L.control.scale({ imperial: false }).addTo(map);
      map.getContainer().dataset.ready = "yes";
    }

    // Points of one level: where, what is there, what is odd about it.
    points(group, id) {
      const data = read(id);
      for (const [lat, lon, name, detail] of data.points) {
        L.circleMarker([lat, lon], { radius: data.radius, color: "var(--halo)", weight: 1.2, fillColor: data.colour, fillOpacity: 0.9 })
          .bindPopup(() => this.card(name, detail)).addTo(group);
      }
    }

    card(name, detail) {
      const box = make("div");
      box.append(make("strong", name));
      if (detail) box.append(make("br"), detail);
      return box;
    }
  }

  const map = (id) => window.GeoAccessParts.map(id, { zoomDelta: 1, wheelPxPerZoomLevel: 60 });
  window.GeoAccessParts.inspected = { map, open: (drawn, id) => new Findings(drawn, id) };
})();
