/* What the cards of cells say, as tables: one a commune, made when it is opened. */
(function () {
  "use strict";

  const { Sheet, make, fill, decode } = window.GeoAccessParts;

  function makeTable(sheet, caption, cells, words) {
    const table = make("table", null, { class: "ga-table" }), head = make("tr");
    const known = new Set(cells.flatMap(({ facts }) => facts.rows.map(([label]) => label)));
    const labels = Array.from(known).filter((label) => label !== words.commune);
    for (const label of [words.cell_name, words.cell_state, ...labels]) head.append(make("th", label, { scope: "col", class: "ga-text" }));
    table.append(make("caption", caption), make("thead"), make("tbody"));
    table.tHead.append(head);
    for (const { i, facts } of cells) {
      const row = make("tr"), name = make("th", null, { scope: "row" }), values = new Map(facts.rows);
      const button = make("button", facts.title, { type: "button" });
      button.addEventListener("click", () => sheet.showCell(i, button));
      name.append(button);
      row.append(name, make("td", facts.lead, { class: "ga-text" }));
      for (const label of labels) row.append(make("td", values.get(label) ?? "", { class: "ga-text" }));
      table.tBodies[0].append(row);
    }
    return table;
  }

  Object.assign(Sheet.prototype, {
    // `data` holds the cells' shapes, weights and communes; `sayCell(i)` is what the table says of a cell, `drawCell(i)` its card.
    listCells(data, sayCell, drawCell) {
      const section = document.getElementById(`${this.id}_cells`), { words } = this;
      if (!section) return;
      this.drawCell = drawCell;
      this.cellShapes = data;
      const byCommune = this.communes.rows.map(() => []);
      data.commune.forEach((commune, i) => { if (commune >= 0) byCommune[commune].push(i); });
      const order = byCommune.map((_, commune) => commune).filter((commune) => byCommune[commune].length);
      const collator = new Intl.Collator(document.documentElement.lang), nameOf = (commune) => this.communes.rows[commune].name;
      const list = make("div", null, { class: "ga-cells" });
      for (const commune of order.sort((a, b) => collator.compare(nameOf(a), nameOf(b)))) {
        const mine = byCommune[commune].sort((a, b) => data.weight[b] - data.weight[a]), name = nameOf(commune);
        const details = make("details"), caption = fill(words.cells_of, { name });
        details.append(make("summary", fill(words.cells_counted, { name, count: this.count(mine.length) })));
        const scroll = make("div", null, { class: "ga-scroll", tabindex: "0", role: "region", "aria-label": caption });
        details.append(scroll);
        const draw = () => {
          if (details.open) scroll.replaceChildren(makeTable(this, caption, mine.map((i) => ({ i, facts: sayCell(i) })), words));
          else scroll.replaceChildren();
        };
        details.addEventListener("toggle", draw);
        document.addEventListener("geoaccess:verdict", () => { if (details.open) draw(); });
        list.append(details);
      }
      section.append(list);
      section.hidden = false;
    },

    showCell(i, button) {
      const { shapes, origin } = this.cellShapes;
      this.comeTo(button);
      if (!shapes[i]) return;
      const bounds = L.latLngBounds(decode(shapes[i], origin).flat(2));
      this.map.fitBounds(bounds, { animate: false, maxZoom: 15, padding: [40, 40] });
      this.openCard(bounds.getCenter(), this.drawCell(i));
    },
  });
})();
