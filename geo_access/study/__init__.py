"""A study: one folder with a `study.toml` that names everything else.

- `study`, `settings`, `validation`, `profiles`, `presets`: opened, checked key by key, with the promise's own words
- `scenario`: what a scenario file may say; `lock`: where fetched files come from
- `inputs`: the tables that a study names, read and checked; `sample`: the embedded, fictional territory

Reading raises one error for what cannot be used and tells a finding for what is doubtful: file, row, fault, way out. No
timetable and no street is read here.
"""
