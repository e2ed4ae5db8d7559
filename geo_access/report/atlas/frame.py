"""The bar that links the pages of an atlas; a page made alone does not have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_access.report.html import render_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.texts import Language

_BEGINS = "</head>\n<body>\n"


def frame_page(
    page: str, language: Language, *, path: Sequence[tuple[str, str]], links: Sequence[tuple[str, str]], other: str
) -> str:
    """Put the bar above a page.

    Parameters
    ----------
    page
        A whole page of ours.
    language
        Of its words.
    path
        Where the page stands, from the index down to itself: address and name each.
    links
        Pages that are always at hand: address and name each.
    other
        The address of the same page in the other language; "" where there is none.

    Raises
    ------
    ValueError
        When it is no page of ours.
    """
    head, begins, body = page.partition(_BEGINS)
    if not begins:
        message = "a page without a body"
        raise ValueError(message)
    styles = render_template("atlas/bar_styles.html", language)
    bar = render_template("atlas/bar.html", language, path=path, links=links, other=other)
    return f"{head}{styles}\n{begins}{bar}\n{body}"
