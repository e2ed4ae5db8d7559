"""The command `geo-access`.

Exit codes: 0 when it is done (for `check`: every commune meets the target), 1 when `check` finds a commune that misses
it (with `--baseline`: one that got worse), 2 when anything else is wrong; one line on stderr then says what, where, and
what to do (`faults`), and `--debug` shows the traceback as well. 130 when it was interrupted.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from geo_access._version import __version__
from geo_access.cli.atlas import atlas
from geo_access.cli.bar import name_doing
from geo_access.cli.brief import brief
from geo_access.cli.cache import cache_command
from geo_access.cli.caravan import caravan
from geo_access.cli.check import check
from geo_access.cli.compare import compare
from geo_access.cli.draws import draws
from geo_access.cli.explain import explain
from geo_access.cli.export import export
from geo_access.cli.fairness import fairness
from geo_access.cli.faults import WRONG, tell_fault, tell_warnings
from geo_access.cli.fetch import fetch
from geo_access.cli.inspect import inspect_command
from geo_access.cli.language import click_says, put_in, read_language
from geo_access.cli.map import map_command
from geo_access.cli.options import language_of, language_option
from geo_access.cli.place import place
from geo_access.cli.redraw import redraw
from geo_access.cli.robustness import robustness
from geo_access.cli.sample import sample
from geo_access.cli.times import times
from geo_access.core.errors import GeoAccessError
from geo_access.core.streams import guard_streams
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo_access.texts import Language

#: Asks for tracebacks, anywhere in a call or by a variable.
DEBUG, DEBUG_VARIABLE = "--debug", "GEO_ACCESS_DEBUG"


@contextmanager
def _show_arguments() -> Iterator[None]:
    """Have click show the control characters of what was typed: an argument cannot end the line of its message."""
    try:
        yield
    except click.UsageError as error:
        # Called without arguments click raises the help itself, which is many lines of ours (before 8.2 it exits).
        helps = isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ()))
        if helps or show_controls(error.message) == error.message:
            raise
        raise click.UsageError(show_controls(error.format_message()), error.ctx) from error


class _Group(click.Group):
    """Speaks the language asked for, and turns whatever goes wrong into one line on stderr and its exit code."""

    def main(self, args: Sequence[str] | None = None, *said: Any, standalone_mode: bool = True, **named: Any) -> Any:
        given, debug = _read_debug(sys.argv[1:] if args is None else args)
        language = read_language(given)
        with click_says(language):
            turned = put_in(language, self)
            turned.debug = debug
            # Not as a program of its own: click would end with 1, a verdict, where it is interrupted or has no reader.
            act = partial(super(_Group, turned).main, given, *said, standalone_mode=False, **named)
            if not standalone_mode:
                return act()
            code = WRONG
            try:
                with guard_streams():
                    code = _end(act, language, debug=debug)
            except GeoAccessError as error:  # standard output, when what is left in it is written
                code = tell_fault(error, language, doing="geo-access", debug=debug)
            sys.exit(code)

    #: Whether tracebacks are shown.
    debug = False

    def make_context(self, *said: Any, **named: Any) -> click.Context:
        with _show_arguments():
            return super().make_context(*said, **named)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with tell_warnings(ctx, debug=self.debug), _show_arguments():
                return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- whatever it is, it is no answer
            ctx.exit(tell_fault(error, language_of(ctx), doing=name_doing(ctx), debug=self.debug))


def _end(act: Callable[[], object], language: Language, *, debug: bool) -> int:
    """Carry out a call; return its exit code."""
    try:
        code = act()
    except click.ClickException as error:
        error.show()
        return WRONG
    except SystemExit as error:  # the completion of shells
        code = error.code
    except click.Abort:
        return tell_fault(KeyboardInterrupt(), language, doing="geo-access", debug=debug)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- as in `invoke`
        return tell_fault(error, language, doing="geo-access", debug=debug)
    return code if isinstance(code, int) else 0 if code is None else WRONG


def _read_debug(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """Take `--debug` out of a call, wherever it stands before ``--``."""
    given = list(arguments)
    end = given.index("--") if "--" in given else len(given)
    debug = DEBUG in given[:end] or os.environ.get(DEBUG_VARIABLE, "0") not in ("", "0")
    return [*(one for one in given[:end] if one != DEBUG), *given[end:]], debug


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="geo-access")
@click.option(DEBUG, is_flag=True, expose_value=False, help="Show the traceback of a fault; anywhere in the call.")
@language_option("Language of what people read (the study's, else fr).", handed_on=False)
def main() -> None:
    """Is every resident within reach of social services? Exact door-to-door times, a verdict for each commune.

    STUDY is a TOML file or a folder that holds study.toml; without one, the embedded sample is used.
    """


for command in (
    check,
    robustness,
    draws,
    map_command,
    atlas,
    times,
    export,
    brief,
    explain,
    place,
    redraw,
    caravan,
    fairness,
    compare,
    fetch,
    inspect_command,
    sample,
    cache_command,
):
    main.add_command(command)
