/* Cards that open on a map: never wider or higher than the map, named, and the focus goes in and comes back. */
(function () {
  "use strict";

  const { Sheet } = window.GeoAccessParts;
  // What a card needs around its content, in pixels: its own edges, and air up to the map's.
  const [AROUND, ABOVE, EDGES] = [52, 70, 32];
  const NARROW = 420;

  const layOut = L.Popup.prototype._updateLayout;
  L.Popup.include({
    _updateLayout() {
      const size = this._map.getSize(), { options } = this;
      if (!this._asked) this._asked = { maxWidth: options.maxWidth, minWidth: options.minWidth, maxHeight: options.maxHeight };
      const [widest, highest] = [Math.max(size.x - AROUND, 120), Math.max(size.y - ABOVE, 120)];
      options.maxWidth = Math.min(this._asked.maxWidth, widest);
      options.minWidth = Math.min(this._asked.minWidth, widest);
      options.maxHeight = Math.min(this._asked.maxHeight || highest, highest);
      // In a narrow map the card stands in the middle: as much air on either side.
      if (size.x < NARROW) options.autoPanPadding = L.point((AROUND - EDGES) / 2, options.autoPanPadding[1] ?? 12);
      layOut.call(this);
    },
  });

  Object.assign(Sheet.prototype, {
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
          source.setStyle({ color: "var(--border)", weight: 3, opacity: 1, stroke: true });
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
        // Back to where the reader came from, and that must be seen.
        if ((byKey || this.asked) && opener && opener.isConnected) {
          opener.focus({ preventScroll: true });
          opener.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
        }
        this.asked = false;
      });
    },
  });
})();
