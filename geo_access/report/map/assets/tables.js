/* Tables that sort by a column. */
(function () {
  "use strict";

  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    const first = new Map(Array.from(body.rows, (row, at) => [row, at]));
    const key = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    // Rows that are alike stay as they stand; where figures have changed, as they stood at first.
    const sort = (column, place) => {
      const head = heads[column], numeric = head.dataset.kind === "number";
      const sign = head.getAttribute("aria-sort") === "descending" ? -1 : 1, collator = new Intl.Collator(document.documentElement.lang);
      const rows = Array.from(body.rows, (row, at) => [key(row, column), place(row, at), row]);
      rows.sort(([a, i], [b, j]) => {
        if (a === "" || b === "") return (a === "") - (b === "") || i - j;
        return sign * (numeric ? a - b : collator.compare(a, b)) || i - j;
      });
      if (rows.some(([, , row], at) => row !== body.rows[at])) body.append(...rows.map(([, , row]) => row));
    };
    heads.forEach((head, column) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : head.dataset.kind === "number";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(column, (row, at) => at);
      });
    });
    // What changes the figures of a table asks for its order again.
    table.sortAgain = () => {
      const column = heads.findIndex((head) => head.hasAttribute("aria-sort"));
      if (column >= 0) sort(column, (row) => first.get(row));
    };
  }

  window.GeoAccessParts.sortable = sortable;
})();
