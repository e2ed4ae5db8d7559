"""Pages without a live map: text, tables and drawings in SVG that print as they look.

One module a page (`brief`, `caravan`, `explanation`, `fairness`, `inspection`, `placement`, `redrawing`, `robustness`);
`page` is the frame of all, `svg_map` the drawn map, `reports` what notebooks show, `workbooks` the same tables for
Excel.
"""
