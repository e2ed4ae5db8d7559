"""The tables of a verdict and of a comparison as a terminal without colours shows them."""

from __future__ import annotations

from geo_access.core.terminal import WIDTH, render_plain
from geo_access.report.comparison.documents import render_comparison_table
from geo_access.report.verdict_table import render_table


def to_text(coverage, *, language=None, width=WIDTH):
    """Return the table of a verdict, its lines no wider than `width`."""
    return render_plain(render_table(coverage, language=language, width=width), width=width)


def to_comparison_text(comparison, *, language=None, width=WIDTH):
    """Return the table of a comparison, its lines no wider than `width`."""
    return render_plain(render_comparison_table(comparison, language=language, width=width), width=width)
