"""A GTFS feed becomes a day's timetable.

- `feed`, `rows`, `codes`: the files of a feed, their rows as texts, their codes
- `tables`, `stop_times`, `calendar`: what they say, with every fault named
- `open_day`, `feed_day`: one feed on one day; `service`: which service days' trips belong to it
- `runs`: trips and frequencies as runs and connections; `seats`: between which of them one stays seated
- `timetable`: all feeds of a study as one network, sorted for the scan; `pathways`: the ways inside stations
- `lines`, `edits`: a day's lines, and a scenario's changes to them; `reachable`: which trips can matter to an area

Times are seconds since noon minus 12 h of the studied day. Ids are texts, prefixed by feed. Which rules are applied to
which table is listed in `docs/gtfs_rules.md`. `streets` stands beside this room: neither imports the other.
"""
