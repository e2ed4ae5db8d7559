"""OpenStreetMap becomes a walking network, and walks on it become seconds.

- `osm`, `objects`, `areas`: files read, the newest version of each object, squares that are crossed
- `walkable`, `conditions`: the one named filter of what may be walked, and when
- `network`, `components`: streets between junctions in metres, without islands; `exchange`: from and to OSMnx's graphs
- `snapping`, `ties`: points to their nearest edge, and the public one beside it; `dijkstra`: shortest paths, compiled
- `walker`, `street_walker`: walking legs in seconds, in a straight line or on streets; `paths`: the way itself
- `features`, `feature_tags`, `feature_shapes`: what orients on a map (water, woods, roads, rail), and names with points
- `edits`: a scenario's streets

Lengths are metres in the study's CRS; a leg's seconds are rounded up once. `gtfs` stands beside this room: neither
imports the other.
"""
