"""OpenStreetMap becomes a walking network, and walks on it become seconds.

- `osm`, `walkable`: files read, and the one named filter of what may be walked
- `network`, `components`: streets between junctions in metres, without islands; `exchange`: from and to OSMnx's graphs
- `snapping`: points to their nearest edge; `dijkstra`: shortest paths, compiled
- `walker`: walking legs in seconds, on streets or in a straight line; `paths`: the way itself; `edits`: a scenario's

Lengths are metres in the study's CRS; a leg's seconds are rounded up once. `gtfs` stands beside this room: neither
imports the other.
"""
