/* How the map follows the state of the page: cells, communes, what one place serves, symbols, candidates. */
(function () {
  "use strict";
  const { Sheet, read, make, card, fill } = window.GeoAccessParts;
  const REST_MS = 120;
  // Of the study itself.
  const ownCard = Sheet.prototype.communeCard;

  Object.assign(Sheet.prototype, {
    // Cells whose state the legend has taken off the map come and go; all others only change their fill.
    repaintCells(states) {
      const painting = this.paintings.get("cells"), { group, layers, kinds, hidden } = painting;
      if (hidden.size) {
        let added = false;
        layers.forEach((layer, i) => {
          if (!layer || hidden.has(kinds[i]) === hidden.has(states[i])) return;
          if (hidden.has(states[i])) group.removeLayer(layer);
          else {
            group.addLayer(layer);
            added = true;
          }
        });
        if (added) this.liftAbove();
      }
      this.recolour(painting, states);
    },

    repaintThemes() {
      if (!this.live) return;
      for (const [name, painting] of this.paintings) {
        const theme = this.themes.find((known) => known.name === name);
        if (name === "cells" || !theme || !this.map.hasLayer(theme.group)) continue;
        const unbound = name === "minutes" && this.live.state.pole !== this.live.engine.base.pole;
        if (Boolean(painting.unbound) !== unbound) {
          painting.unbound = unbound;
          painting.follow();
        }
        this.recolour(painting, (this.live.changed && this.live.kindsOf(name)) || painting.own);
      }
      if (this.repaintReach) this.repaintReach();
      if (this.repaintDots) this.repaintDots();
      this.repaintFigures();
    },

    // Shares below the names of communes; names are placed anew when the changes have come to rest.
    repaintFigures() {
      window.clearTimeout(this.figuring);
      const { communes } = this.live.verdict;
      const figures = Object.fromEntries(communes.map(({ insee, share }) => [insee, share === null ? "" : this.share(share)]));
      const said = JSON.stringify(figures);
      if (said === this.figured || (this.figured === undefined && !this.live.changed)) return;
      this.figuring = window.setTimeout(() => {
        this.figured = said;
        this.setFigures(figures);
      }, this.figuresShown ? REST_MS : 10 * REST_MS);
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

    // The choice of a place whose reach is shown: what is open in this state can be chosen as well.
    listOpen(choice, data) {
      const { engine, state } = this.live, rows = new Set(["pole", "antenna"].flatMap((role) => engine.listCounting(role, state)));
      for (const row of rows) {
        if (data.sites.includes(row)) continue;
        choice.append(make("option", engine.sites[row].name, { value: String(data.sites.length) }));
        data.sites.push(row);
      }
      for (const option of choice.querySelectorAll("option")) {
        const beside = Number(option.value) >= data.said.length;
        option.hidden = option.disabled = beside && !rows.has(data.sites[Number(option.value)]);
      }
    },

    communeCard(i) {
      if (!this.live || !this.live.changed) return ownCard.call(this, i);
      const row = this.communes.rows[i];
      const told = this.live.tellCommune(i);
      return card(row.name, told.verdict, row.facts.map(([label, said, name]) => [label, told[name] ?? said]));
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
          // What is open is on the map.
          if (now !== undefined && !this.map.hasLayer(group)) this.map.addLayer(group);
          const symbol = now === undefined ? null : data.symbols[this.live.engine.sites[now].kind];
          marker.setIcon(symbol ? icon(symbol.html, symbol.size, "ga-site") : mark);
          name();
          // A symbol is larger than a mark; several that open at once are one.
          window.clearTimeout(this.spreadingOut);
          this.spreadingOut = window.setTimeout(() => this.spread(), REST_MS);
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
