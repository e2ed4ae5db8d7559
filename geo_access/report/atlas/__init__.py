"""The atlas: everything that is known of a study as a small site of linked pages, in French and in English.

- `atlas`: what is asked for, and the work; `parts`: what an atlas is made of, each part with its files
- `answers`: what parts are made from, each computed once and only where a page needs it
- `front`: index, method and accessibility statement; `frame`: the bar that links the pages
- `folder`: what an earlier run left, and writing only what changed
"""
