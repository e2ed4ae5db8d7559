"""The language of help and of what click says: ``--lang`` anywhere in the call, else GEO_ACCESS_LANG, else French.

The decorators of the commands hold English; `put_in` copies a tree of commands with every text that people read in
their language (the catalogues ``help`` and ``click_words``, looked up by the English text), and `click_says` has click
speak it too. Both work before the command line is read, so that a wrong option is refused in the right language.
"""

from __future__ import annotations

import gettext
import os
import re
import sys
from contextlib import contextmanager
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import click

from geo_access.core.errors import LANGUAGE_VARIABLE
from geo_access.texts import DEFAULT_LANGUAGE, LANGUAGES, find_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo_access.texts import Language

Asked = TypeVar("Asked", bound=click.Command)

#: A word that stands for what to write: FILE, and CELL in LAT,LON|CELL; one letter (N) is the same in both languages.
_STAND_IN = re.compile(r"\b[A-Z]{2,}\b")
_FIRST_SENTENCE = re.compile(r".+?[.?!](?=\s|\Z)")


def read_language(arguments: Sequence[str]) -> Language:
    """Return the language that a call asks for, wherever it says so; the last one counts, as click has it."""
    said = os.environ.get(LANGUAGE_VARIABLE)
    for argument, after in pairwise([*arguments, ""]):
        if argument == "--":
            break
        if argument == "--lang" and after in LANGUAGES:
            said = after
        elif argument.startswith("--lang=") and argument[7:] in LANGUAGES:
            said = argument[7:]
    return next((language for language in LANGUAGES if language == said), DEFAULT_LANGUAGE)


def paragraphs(said: str) -> list[str]:
    """Split a help text into its paragraphs, each on one line: what the catalogue is asked for."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", said.partition("\f")[0]) if part.strip()]


def stand_ins(metavar: str) -> list[str]:
    """Return the words of a metavar that the catalogue is asked for."""
    return _STAND_IN.findall(metavar)


def put_in(language: Language, command: Asked) -> Asked:
    """Return a command, and those below it, with their help in a language; the command itself stays as it is.

    A text that the catalogue does not know stays English: a test sees to it that there is none.
    """
    turned = copy(command)
    if turned.help is not None:
        said = [_format_text(part, language) for part in paragraphs(turned.help)]
        turned.help = "\n\n".join(said)
        # The whole first sentence in the list of commands: click cuts it to one line.
        sentence = _FIRST_SENTENCE.match(said[0]) if said else None
        turned.short_help = turned.short_help or (sentence.group() if sentence else None)
    turned.options_metavar = _stand_in(turned.options_metavar, language)
    turned.params = [_turn_parameter(parameter, language) for parameter in command.params]
    if isinstance(turned, click.Group) and isinstance(command, click.Group):
        turned.subcommand_metavar = _stand_in(turned.subcommand_metavar, language) or ""
        turned.commands = {name: put_in(language, below) for name, below in command.commands.items()}
    return turned


def _turn_parameter(parameter: click.Parameter, language: Language) -> click.Parameter:
    turned: Any = copy(parameter)
    if getattr(turned, "help", None):
        turned.help = "\n\n".join(_format_text(part, language) for part in paragraphs(turned.help))
    if turned.metavar is not None:
        turned.metavar = _stand_in(turned.metavar, language)
    elif isinstance(turned, click.Argument):
        word = _stand_in(turned.name.upper(), language) or ""
        turned.metavar = (word if turned.required else f"[{word}]") + ("..." if turned.nargs != 1 else "")
    # The name of a type is its metavar where there is none, and a word of click's messages.
    turned.type = copy(turned.type)
    turned.type.name = find_text("click_words", turned.type.name, language)
    return turned  # type: ignore[no-any-return]  # a copy of what came


def is_example(paragraph: str) -> bool:
    """Return whether a paragraph is a call to copy: only its stand-ins are translated, and its line stays whole."""
    return paragraph.startswith("geo-access ")


def _format_text(said: str, language: Language) -> str:
    if is_example(said):
        return f"\b\n{_stand_in(said, language)}"
    return find_text("help", said, language)


def _stand_in(metavar: str | None, language: Language) -> str | None:
    return metavar and _STAND_IN.sub(lambda word: _format_text(word.group(), language), metavar)


@contextmanager
def click_says(language: Language) -> Iterator[None]:
    """Have click speak a language: "Usage", "No such option" and the rest.

    Click asks gettext for every text that it shows, under the names ``_`` and ``ngettext`` of its modules. Gettext
    would want compiled files and the language of the whole process, so these names answer from our catalogue meanwhile.
    """
    if language == "en":
        yield
        return

    def format_text(message: str) -> str:
        said = find_text("click_words", message, language)
        return gettext.gettext(message) if said == message else said

    def count(one: str, many: str, number: int) -> str:
        return format_text(one if abs(number) < 2 else many)

    ours: dict[Callable[..., str], Callable[..., str]] = {gettext.gettext: format_text, gettext.ngettext: count}
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("click.")]
    turned = [
        (module, name, was)
        for module in modules
        for name in ("_", "ngettext")
        if (was := vars(module).get(name)) in ours
    ]
    for module, name, was in turned:
        setattr(module, name, ours[was])
    try:
        yield
    finally:
        for module, name, was in turned:
            setattr(module, name, was)
