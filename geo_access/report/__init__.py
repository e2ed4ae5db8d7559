"""What people and other programs see of results.

- `sentences`: a verdict in words, the same wherever it is said; `table`: one table for the screen, files and pages
- `verdict_table`, `ci`, `batch`, `draws`: the verdict as a table, JSON, JUnit, GitHub, Markdown, CSV, Excel
- `export`: layers for a geographic information system; `pdf`: a page printed through Chromium; `progress_bar`: how far
  a computation is, in a terminal or a notebook
- `html`: the one way in which text enters a page, with the files of `templates`
- `map`: the coverage map; `comparison`: before and after; `pages`: every page without a live map; `figures`: for print
- `atlas`: all pages of a study as a folder of linked pages

Everything here takes results of `verdict`, `analysis` and `quality` and returns text, bytes, figures or files. Nothing
is computed here that a verdict hangs on. Texts stand in `texts`, in French and in English; HTML and SVG stand in
templates, styles and scripts in files: Python hands over values only. May use every room below; only `cli` uses this
one.
"""
