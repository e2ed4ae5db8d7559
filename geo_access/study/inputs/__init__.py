"""The tables that a study names: communes, residents, sites, priority areas, the caravan's stops.

`inputs` reads them all, `tables` is the reader under each, `file_checks` asks first whether a file is whole;
`source_table` holds a table together with its file and its findings. Each returns a GeoDataFrame in the study's CRS
with documented columns.
"""
