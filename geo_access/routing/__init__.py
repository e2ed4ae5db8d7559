"""Exact door-to-door times, for every resident, every site and every departure.

- `network`, `links`, `arrays`: the transit network as the search wants it; `stations`: walks inside stations
- `scan`, `simd`: the backward search of a batch of sites, compiled; `trace`, `itineraries`: which way a journey goes
- `search`, `remote`: a search made ready, here or in another process
- `prepared`: what times stand on, made once and shared by variants of a study; `travel_times`: all times of a study
- `matrix`, `points`: single questions
- `scenarios`: the timetable and the streets with a scenario's edits; `surroundings`: what orients around the territory

Times are int32 seconds; `scan.NEVER` means unreachable inside this room and becomes a missing value at its border. The
search and its proof against brute force are told in `benchmarks/README.md`. It knows nothing of promises or communes:
that is `verdict`. `opendata` stands beside it: neither imports the other.
"""
