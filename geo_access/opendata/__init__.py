"""Open data fetched into a study's folder: the only room that asks servers.

- `fetch`: a whole département, planned and carried out; `sources`: one module a source; `source`: what a source is
- `downloads`, `transport`, `store`, `content`: asking, resuming, keeping, and checking what came
- `folder`, `study_file`: putting files into a study without overwriting anybody's edits; `study.lock`, `study.toml`
- `clip_gtfs`, `clip_streets`, `feed_dates`, `school_calendar`, `departements`: what sources need to know

No request leaves this machine but those that the user asked for; https only, public addresses only. What comes is
checked by its bytes before anything reads it.
"""
