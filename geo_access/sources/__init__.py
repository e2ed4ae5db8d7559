"""The sources of open data, each a small module with one object `SOURCE`; see `geo_access.open_data`."""
