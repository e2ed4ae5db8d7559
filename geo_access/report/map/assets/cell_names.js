/* What cells are called: "Cell in Clamart, near the stop Gare". `names` is what geo_access/report/map/cell_names.py wrote. */
(function () {
  "use strict";

  function nameCell(names, i) {
    const values = { where: names.where[names.where_at[i]], name: names.near[names.near_at[i]] };
    if (values.where === undefined) return names.nowhere;
    const said = values.name === undefined ? names.bare : names.said[Number(names.landmark[names.near_at[i]])];
    return said.replace(/\{(\w+)\}/g, (_, place) => values[place]);
  }

  const parts = { nameCell };
  if (typeof module !== "undefined") module.exports = parts;
  else Object.assign(window.GeoAccessParts, parts);
})();
