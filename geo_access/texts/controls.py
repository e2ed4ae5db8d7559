"""What a terminal, a browser or a runner of workflows obeys instead of showing it."""

from __future__ import annotations

import re

#: Control characters, marks that turn the direction of text, line separators, the byte-order mark, halves of pairs.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
#: A word joiner: it has no width, no letter is lost, and what stands behind it no longer begins a line.
_JOINER = "\u2060"
#: GitHub's runner obeys a line that begins with "::", blanks and colours before it or not.
_COMMAND = re.compile(r"^((?:\x1b\[[0-9;]*m|[^\S\n])*)(?=::)", re.MULTILINE)
#: Its older commands, and those of Azure, count anywhere in a line.
_BRACKET = re.compile(r"##(?=\[|vso\[)")


def show_controls(said: str, *, keep: str = "") -> str:
    r"""Write control characters and marks of text direction as people can read them: ``\x1b``, ``\u202e``.

    Parameters
    ----------
    said
        The text.
    keep
        Characters that stay as they are: ``"\n"`` where the lines are our own.

    Examples
    --------
    >>> show_controls("Red \x1b[31m name")
    'Red \\x1b[31m name'
    """
    return _CONTROLS.sub(lambda found: found[0] if found[0] in keep else _show(found[0]), said)


def _show(character: str) -> str:
    code = ord(character)
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def break_commands(said: str) -> str:
    """Keep a runner of workflows from taking a line for a command: ``::error::x`` is read, not obeyed.

    Nothing that people see changes: the mark that parts the command has no width.
    """
    return _BRACKET.sub(f"##{_JOINER}", _COMMAND.sub(rf"\1{_JOINER}", said))
