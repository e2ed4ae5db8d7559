"""The command `geo-access`.

Exit codes: 0 when it is done (for `check`: every commune meets the target), 1 when `check` finds a commune that misses
it (with `--baseline`: one that got worse), 2 when the input or the call is wrong; the message on stderr then says what,
where, and what to do. The commands are in the modules `commands_*`, one noun each.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from geo_access import (
    commands_caravan,
    commands_check,
    commands_compare,
    commands_explain,
    commands_fairness,
    commands_fetch,
    commands_inspect,
    commands_outputs,
    commands_place,
    commands_redraw,
    commands_upkeep,
)
from geo_access._version import __version__
from geo_access.command_language import click_says, put_in, read_language
from geo_access.command_options import language_of, language_option
from geo_access.command_warnings import tell_warnings
from geo_access.errors import InputError
from geo_access.terminal import say
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WRONG = 2


@contextmanager
def _show_arguments() -> Iterator[None]:
    """Have click show the control characters of what was typed: an argument cannot end the line of its message."""
    try:
        yield
    except click.UsageError as error:
        if show_controls(error.message) == error.message:
            raise
        raise click.UsageError(show_controls(error.format_message()), error.ctx) from error


class _Group(click.Group):
    """Speaks the language asked for, and turns wrong inputs into one message on stderr and exit code 2."""

    def main(self, args: Sequence[str] | None = None, *said: Any, **named: Any) -> Any:
        language = read_language(sys.argv[1:] if args is None else args)
        with click_says(language):
            return super(_Group, put_in(language, self)).main(args, *said, **named)

    def make_context(self, *said: Any, **named: Any) -> click.Context:
        with _show_arguments():
            return super().make_context(*said, **named)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with tell_warnings(ctx), _show_arguments():
                return super().invoke(ctx)
        except InputError as error:
            say(f"geo-access: {error.text(language_of(ctx))}", err=True)
            ctx.exit(WRONG)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="geo-access")
@language_option("Language of what people read (the study's, else fr).", handed_on=False)
def main() -> None:
    """Is every resident within reach of social services? Exact door-to-door times, a verdict for each commune.

    STUDY is a TOML file or a folder that holds study.toml; without one, the embedded sample is used.
    """


for command in (
    commands_check.check,
    commands_outputs.map_command,
    commands_outputs.times,
    commands_outputs.export,
    commands_outputs.brief,
    commands_explain.explain,
    commands_place.place,
    commands_redraw.redraw,
    commands_caravan.caravan,
    commands_fairness.fairness,
    commands_compare.compare,
    commands_fetch.fetch,
    commands_inspect.inspect_command,
    commands_upkeep.sample,
    commands_upkeep.cache_command,
):
    main.add_command(command)
