/* Tables that sort by a column. */
(function () {
  "use strict";

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

  window.GeoAccessParts.sortable = sortable;
})();
