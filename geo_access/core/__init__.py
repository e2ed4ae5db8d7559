"""What every room stands on, and that knows nothing of transport or promises.

- `errors`, `findings`: what is wrong, and what is doubtful, in two languages; `arguments`: what functions are given
- `formats`, `display`, `matching`: numbers and words as people read and type them
- `files`: written whole or not at all; `cache`: results kept by the content they were made from
- `parallel`, `progress`: handing tasks to whoever computes; `crs`: coordinate systems at the border

Imports only `texts`. A function belongs here when two rooms need it and neither should import the other.
"""
