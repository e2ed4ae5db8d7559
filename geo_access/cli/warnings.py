"""Warnings of the package as people read them in a terminal: one line on stderr, in their language."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geo_access.cli.options import language_of
from geo_access.core.errors import GeoAccessWarning
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click


@contextmanager
def tell_warnings(ctx: click.Context) -> Iterator[None]:
    """Say this package's warnings plainly; those of others stay as Python shows them."""
    shown = warnings.showwarning

    def tell(message: Any, *said: Any, **named: Any) -> None:
        if isinstance(message, GeoAccessWarning):
            language = language_of(ctx)
            say(f"geo-access: {render('commands.warning', language, said=message.text(language))}", err=True)
        else:
            shown(message, *said, **named)

    with warnings.catch_warnings():
        warnings.showwarning = tell
        yield
