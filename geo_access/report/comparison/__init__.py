"""Before and after: three maps that move together, the tables below them, and the same as documents.

`comparison_map` puts the page together; `layers`, `tables`, `page` and `words` are its parts; `documents` writes the
table, the JSON and the spreadsheet.
"""
