"""What every room stands on, and that knows nothing of transport or promises.

- `errors`, `findings`: what is wrong, and what is doubtful, in two languages; `arguments`: what functions are given
- `formats`, `display`, `matching`: numbers and words as people read and type them
- `terminal`, `streams`, `documents`, `spreadsheets`: the one way into a terminal, a JSON document, a CSV file
- `files`: written whole or not at all; `names`: what may name a file; `cache`: results kept by what they were made from
- `limits`, `archives`: how much a file may ask for before it is refused
- `parallel`, `executors`, `progress`: handing tasks to whoever computes; `crs`, `distance`: metres at the border

Imports only `texts`. A function belongs here when two rooms need it and neither should import the other.
"""
