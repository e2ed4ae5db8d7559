"""The tables that a study names: communes, residents, sites, priority areas, the caravan's stops.

`inputs` reads them all, `tables` is the reader under each, `file_checks` asks first whether a file is whole. Each
returns a GeoDataFrame in the study's CRS with documented columns.
"""
