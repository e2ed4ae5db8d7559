"""May the data be trusted? Everything that `geo-access inspect` looks at before anything is judged.

- `inspection`: all of it, as one result; `feeds`, `feed_rules`, `gtfs_rules`, `trips`: timetables
- `places`, `locations`: streets, residents and sites

Reading a study already tells what makes a record unusable (findings of `study`, `gtfs` and `streets`); here is what is
legal but doubtful. Findings carry a code, a file, a row and a way out; this room judges no resident. It stands beside
`analysis`: neither imports the other.
"""
