"""The command line: one file a command.

A command reads its options, opens the study, asks one function of `analysis`, `quality`, `verdict`, `opendata` or
`report`, and writes what comes back. It decides nothing of its own.

- `main`: the group of commands, the exit codes (0 and 1 are answers, 2 is anything else, 130 an interruption)
- `options`: the options that commands share
- `work`: what they do alike: open the study, its cache, who computes and the progress bar (`bar`), hand over the answer
- `faults`: what goes to stderr: warnings, and in one line why there is no answer
- `language`: the language of help and of click's own messages
- every other file: the command of that name

A command's module is loaded with the program, what it calls only when the command runs: imports of other rooms stand
inside functions, so that `geo-access --help` stays quick. May use every room; nothing imports from here.
"""
