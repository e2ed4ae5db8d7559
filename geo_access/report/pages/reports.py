"""The pages of explain, redraw, caravan, robustness and fairness, for notebooks and for files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_access.core.arguments import take_language
from geo_access.core.files import write_text_atomically
from geo_access.report.html import render_frame
from geo_access.report.pages.caravan import render_caravan_page
from geo_access.report.pages.explanation import render_commune_page, render_journey_page
from geo_access.report.pages.fairness_page import render_fairness_page
from geo_access.report.pages.redrawing import render_redraw_page
from geo_access.report.pages.robustness import render_robustness_page
from geo_access.verdict.coverage import take_coverage

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.analysis.caravan import Caravan
    from geo_access.analysis.explanation import Explanation
    from geo_access.analysis.fairness import Fairness
    from geo_access.analysis.journeys import Itinerary
    from geo_access.analysis.redrawing import Redrawing
    from geo_access.analysis.robustness import Robustness
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage


@dataclass(frozen=True)
class Report:
    """A page in one HTML file, which asks no server for anything. A notebook shows it."""

    name: str
    html: str

    def to_html(self) -> str:
        """Return the page."""
        return self.html

    def save(self, path: Path | str) -> None:
        """Write the page to a file: the whole of it, or nothing."""
        write_text_atomically(path, self.html)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        return render_frame(self.name, self.html, height=850)


def explanation_report(coverage: Coverage, explanation: Explanation, *, language: Language | None = None) -> Report:
    """Make the page of a commune's explanation: map, causes, where the minutes go.

    Parameters
    ----------
    coverage
        What was explained.
    explanation
        What `explain_commune` returns.
    language
        ``fr`` or ``en``; the study's own by default.
    """
    said = take_language(language, take_coverage(coverage).language)
    return Report(explanation.name, render_commune_page(coverage, explanation, said))


def journey_report(told: Itinerary, *, language: Language | None = None) -> Report:
    """Make the page of one journey: its map and its steps.

    Parameters
    ----------
    told
        What `tell_journey` returns.
    language
        As for `explanation_report`.
    """
    said = take_language(language, told.times.settings.language)
    return Report(told.journey.origin, render_journey_page(told, said))


def redrawing_report(coverage: Coverage, redrawing: Redrawing, *, language: Language | None = None) -> Report:
    """Make the page of a zoning found: beside the known ones, on a map, and who moves.

    Parameters
    ----------
    coverage
        The study judged: its sites tell where the poles are.
    redrawing
        What `redraw_sst` returns.
    language
        As for `explanation_report`.
    """
    said = take_language(language, take_coverage(coverage).language)
    summary = coverage.summary
    files = [(str(file["file"]), str(file["sha256"])) for file in summary.get("inputs", ())]
    return Report(
        "redraw",
        render_redraw_page(
            redrawing, coverage.sites, said, study=str(summary["study"]), files=files, times=coverage.times
        ),
    )


def caravan_report(coverage: Coverage, caravan: Caravan, *, language: Language | None = None) -> Report:
    """Make the page of a caravan's season: calendar, map, stops, whom it never reaches, the next stops.

    Parameters
    ----------
    coverage
        The study judged.
    caravan
        What `caravan_reach` returns.
    language
        As for `explanation_report`.
    """
    said = take_language(language, take_coverage(coverage).language)
    return Report("caravan", render_caravan_page(coverage, caravan, said))


def robustness_report(robustness: Robustness, *, language: Language | None = None) -> Report:
    """Make the page of how sure a verdict is: the answer of each commune, on a map and in tables, and every run.

    Parameters
    ----------
    robustness
        What `check_robustness` returns.
    language
        As for `explanation_report`.
    """
    said = take_language(language, robustness.base.language)
    return Report("robustness", render_robustness_page(robustness, language=said))


def fairness_report(coverage: Coverage, fairness: Fairness, *, language: Language | None = None) -> Report:
    """Make the page of how minutes and places are spread: curves, map, measures, groups.

    Parameters
    ----------
    coverage
        What was measured.
    fairness
        What `measure_fairness` returns.
    language
        As for `explanation_report`.
    """
    said = take_language(language, take_coverage(coverage).language)
    return Report("fairness", render_fairness_page(coverage, fairness, said))
