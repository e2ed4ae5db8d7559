/* "What about my home?": a search without any network, and the card of the cell that it leads to. */
(function () {
  "use strict";

  const { Sheet, SearchIndex, parsePoint, nameCell, read, make, fill } = window.GeoAccessParts;
  const { decode, ring, isPoint, fromBase64, inflateNow } = window.GeoAccessParts;
  const SHOWN = 12, SCALE = 1e5;
  const KINDS = ["place", "stop", "street"];
  const ORDER = { commune: 0, place: 1, stop: 2, site: 3, street: 4, cell: 5 };
  // Nobody searches for a home farther than this from where people live (metres).
  const FARTHEST_M = 400;
  const AROUND_M = 250;
  const CLOSE = 15;

  function middleOf(shape, origin) {
    if (isPoint(shape)) return L.latLng(ring(shape, origin)[0]);
    return L.latLngBounds(decode(shape, origin).flat(2)).getCenter();
  }

  class Search {
    constructor(sheet, packed) {
      this.sheet = sheet;
      this.packed = packed;
      this.index = null;
      this.options = [];
      this.at = -1;
      const [input, box, status] = ["query", "results", "said"].map((part) => document.getElementById(`${sheet.id}_${part}`));
      Object.assign(this, { input, box, status });
      input.addEventListener("input", () => this.search());
      input.addEventListener("focus", () => this.prepare());
      input.addEventListener("keydown", (event) => this.press(event));
      // Who comes back at once finds the list as it was.
      input.addEventListener("blur", () => window.setTimeout(() => {
        if (document.activeElement !== input) this.close();
      }, 150));
      box.addEventListener("pointerdown", (event) => event.preventDefault());
      box.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(Number(option.dataset.at));
      });
    }

    // What the page knows by name; made when it is first asked for.
    prepare() {
      if (this.index) return;
      const { sheet } = this, entries = [];
      sheet.communes.rows.forEach((row, at) => entries.push({ name: row.name, kind: "commune", at }));
      if (this.packed) {
        const told = JSON.parse(new TextDecoder().decode(inflateNow(fromBase64(this.packed))));
        let lat = 0, lon = 0;
        told.names.forEach((name, i) => {
          lat += told.at[2 * i];
          lon += told.at[2 * i + 1];
          const commune = sheet.communes.rows[told.communes[i]];
          entries.push({ name, kind: KINDS[Number(told.kinds[i])], where: commune && commune.name, lat: lat / SCALE, lon: lon / SCALE });
        });
      }
      for (const site of sheet.searchSites) entries.push({ name: site.name, kind: "site", at: site.at });
      const data = sheet.cellData;
      data.cell.forEach((id, at) => entries.push({ name: data.prefix + id, kind: "cell", at, where: nameCell(data.names, at) }));
      for (const entry of entries) entry.order = ORDER[entry.kind];
      this.index = new SearchIndex(entries);
    }

    search() {
      this.prepare();
      const text = this.input.value, words = this.sheet.words, point = parsePoint(text);
      const { found, count } = point ? { found: [{ name: text.trim(), kind: "point", ...point }], count: 1 } : this.index.find(text, SHOWN);
      this.options = found;
      this.at = -1;
      this.box.replaceChildren(...found.map((entry, at) => {
        const option = make("li", null, { role: "option", id: `${this.box.id}_${at}`, "data-at": at, "aria-selected": "false" });
        const kind = words[`search_kind_${entry.kind}`];
        option.append(make("span", entry.name), make("small", entry.where ? `${kind}, ${entry.where}` : kind));
        return option;
      }));
      this.show(found.length > 0);
      const said = !text.trim() ? "" : count === 0 ? words.search_none : count === 1 ? words.search_one
        : fill(count > found.length ? words.search_more : words.search_many, { count: this.sheet.count(count), shown: found.length });
      this.status.textContent = said;
    }

    show(open) {
      this.box.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
      if (!open) this.input.removeAttribute("aria-activedescendant");
    }

    close() {
      this.show(false);
      this.at = -1;
    }

    mark(at) {
      this.at = at;
      Array.from(this.box.children, (option, i) => option.setAttribute("aria-selected", String(i === at)));
      const option = this.box.children[at];
      if (!option) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    press(event) {
      const count = this.options.length, open = !this.box.hidden;
      if (event.key === "Escape") {
        if (open) this.close();
        else this.input.value = this.status.textContent = "";
      } else if (event.key === "Enter") {
        if (!open) this.search();
        if (this.options.length) this.choose(Math.max(this.at, 0));
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
        if (!open) this.show(true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        this.mark(this.at < 0 && step < 0 ? count - 1 : (this.at + step + count) % count);
      } else return;
      event.preventDefault();
    }

    choose(at) {
      const entry = this.options[at], { sheet } = this, { words } = sheet;
      this.input.value = entry.name;
      this.close();
      this.status.textContent = fill(words.search_shown, { name: entry.where ? `${entry.name}, ${entry.where}` : entry.name });
      if (entry.kind === "commune") sheet.showCommune(entry.at, this.input);
      else if (entry.kind === "site") sheet.showPlace(entry.at, this.input);
      else if (entry.kind === "cell") sheet.showCell(entry.at, this.input);
      else {
        const { cell, metres } = sheet.nearestCell(L.latLng(entry.lat, entry.lon));
        if (cell < 0) {
          this.status.textContent = words.search_outside;
          return;
        }
        if (metres > 0) this.status.textContent = fill(words.search_nearest, { metres: sheet.count(Math.ceil(metres / 10) * 10) });
        sheet.showCell(cell, this.input, L.latLng(entry.lat, entry.lon));
      }
    }
  }

  Object.assign(Sheet.prototype, {
    // Called with the name of a block: `{packed, sites}`.
    openSearch(id) {
      const { packed, sites } = read(id);
      this.searchSites = sites;
      if (document.getElementById(`${this.id}_query`)) this.search = new Search(this, packed);
      // A link that leads to a cell: controls.js reads it where the page is live.
      const follow = (cell) => {
        const at = this.findCell(cell);
        if (at >= 0) this.showCell(at);
      };
      document.addEventListener("geoaccess:look", (event) => {
        if (event.detail.cell) follow(event.detail.cell);
      });
      const asked = /[#&]cell=([^&]+)/.exec(window.location.hash);
      if (asked) document.addEventListener("geoaccess:static", () => follow(decodeURIComponent(asked[1])), { once: true });
    },

    findCell(id) {
      const { prefix, cell } = this.cellData;
      return id.startsWith(prefix) ? cell.indexOf(id.slice(prefix.length)) : -1;
    },

    middleOfCell(i) {
      const data = this.cellData;
      return data.shapes[i] ? middleOf(data.shapes[i], data.origin) : null;
    },

    // The cell that holds a point (0 metres), else the nearest that is not too far; -1 where there is none.
    nearestCell(at) {
      const data = this.cellData;
      let cell = -1, least = Infinity;
      data.shapes.forEach((shape, i) => {
        if (!shape || !(data.weight[i] > 0)) return;
        const points = isPoint(shape) ? [ring(shape, data.origin)[0]] : decode(shape, data.origin).flat(2);
        const bounds = L.latLngBounds(points);
        const near = L.latLng(
          Math.min(Math.max(at.lat, bounds.getSouth()), bounds.getNorth()), Math.min(Math.max(at.lng, bounds.getWest()), bounds.getEast()),
        );
        // Boxes of cells overlap a little where the grid is turned: of those that hold the point the nearest middle counts.
        const metres = at.distanceTo(near), value = metres > 0 ? 1 + metres : at.distanceTo(bounds.getCenter()) / 1e6;
        if (value < least) [cell, least] = [i, value];
      });
      // A point stands for what lies around it.
      const around = cell >= 0 && isPoint(data.shapes[cell]) ? AROUND_M : 0, metres = least <= 1 + around ? 0 : least - 1;
      return metres <= FARTHEST_M ? { cell, metres } : { cell: -1, metres };
    },

    showCell(i, opener, at) {
      const middle = this.middleOfCell(i);
      if (!middle) return;
      if (opener) {
        // The card takes the focus, and gives it back; the card before takes none of it.
        this.map.closePopup();
        this.asked = true;
        opener.focus({ preventScroll: true });
        this.map.getContainer().scrollIntoView({ block: "nearest" });
      }
      this.map.setView(at || middle, Math.max(this.map.getZoom(), CLOSE), { animate: false });
      this.markCell(i);
      // A card is never wider than its map.
      const widest = Math.min(380, this.map.getSize().x - 52);
      L.popup({ maxWidth: widest, minWidth: Math.min(290, widest), autoPanPadding: [10, 10] })
        .setLatLng(middle).setContent(() => this.cellCard(this.cellData, i)).openOn(this.map);
    },

    // An edge around a cell, whatever theme is shown, for as long as its card is open.
    markCell(i) {
      const data = this.cellData, style = { pane: "outlines", renderer: this.lines, interactive: false, fill: false };
      const edge = L.featureGroup();
      for (const polygon of isPoint(data.shapes[i]) ? [] : decode(data.shapes[i], data.origin)) {
        for (const [color, weight] of [["var(--halo)", 6], ["var(--border)", 3]]) {
          L.polygon(polygon, { ...style, color, weight }).addTo(edge);
        }
      }
      edge.addTo(this.map);
      // The card before closes when this one opens.
      window.setTimeout(() => this.map.once("popupclose", () => edge.remove()), 0);
    },
  });
})();
