"""Says, resident by resident and commune by commune, whether social services are within reach.

::

    import geo_access as ga

    study = ga.open_study("data/hauts-de-seine")
    coverage = ga.check(study)
    coverage.communes
    ga.coverage_map(coverage).save("coverage.html")

Names load their modules when they are first used, so that importing the package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from geo_access._version import __version__

if TYPE_CHECKING:
    from geo_access.analysis.baseline import compare_with_baseline, read_baseline
    from geo_access.analysis.caravan import Caravan, caravan_reach
    from geo_access.analysis.comparison import Comparison, compare
    from geo_access.analysis.explanation import Explanation, explain_commune
    from geo_access.analysis.fairness import Fairness, measure_fairness
    from geo_access.analysis.helpful_sites import find_help
    from geo_access.analysis.isochrones import isochrone_cells, isochrone_outline
    from geo_access.analysis.journeys import Journey, tell_journey
    from geo_access.analysis.placement.placement import Placement, place_sites
    from geo_access.analysis.redrawing import Redrawing, redraw_sst
    from geo_access.analysis.reruns import DrawnCoverage, draw_coverage, list_hours
    from geo_access.analysis.robustness import Robustness, check_robustness
    from geo_access.analysis.times import departure_table, times_table
    from geo_access.core.cache import Cache
    from geo_access.core.errors import (
        ArgumentError,
        ClusterError,
        GeoAccessError,
        InputError,
        NoServiceError,
        SettingsError,
    )
    from geo_access.core.findings import Finding, Findings
    from geo_access.core.parallel import WorkerPool
    from geo_access.gtfs.timetable import Timetable, read_timetable
    from geo_access.opendata.fetch import FetchOrder, fetch_study
    from geo_access.quality.inspection import Inspection, inspect
    from geo_access.report.comparison.comparison_map import comparison_map
    from geo_access.report.export import write_export
    from geo_access.report.figures.analysis import (
        plot_caravan,
        plot_explanation,
        plot_fairness,
        plot_placement,
        plot_redrawing,
        plot_robustness,
    )
    from geo_access.report.figures.coverage import plot_communes, plot_hours, plot_map, plot_times
    from geo_access.report.map.coverage_map import coverage_map
    from geo_access.report.pages.brief import Brief, commune_brief, make_briefs, write_briefs
    from geo_access.report.pages.placement import placement_page
    from geo_access.report.pages.reports import (
        Report,
        caravan_report,
        explanation_report,
        fairness_report,
        journey_report,
        redrawing_report,
        robustness_report,
    )
    from geo_access.routing.matrix import travel_matrix, travel_time
    from geo_access.routing.search import Departures
    from geo_access.routing.travel_times import TravelTimes, open_times
    from geo_access.streets.network import WalkNetwork, fetch_streets, from_networkx, read_streets, to_networkx
    from geo_access.study.inputs.caravan_stops import read_caravan
    from geo_access.study.inputs.communes import read_communes
    from geo_access.study.inputs.residents import read_residents
    from geo_access.study.inputs.sites import read_sites
    from geo_access.study.inputs.tables import read_table
    from geo_access.study.study import Study, open_study
    from geo_access.verdict.batch import check_many
    from geo_access.verdict.coverage import Coverage
    from geo_access.verdict.judging import check

_HOMES = {
    "compare_with_baseline": "baseline",
    "read_baseline": "baseline",
    "write_export": "export",
    "Explanation": "explanations",
    "explain_commune": "explanations",
    "Journey": "journeys",
    "tell_journey": "journeys",
    "Brief": "brief",
    "commune_brief": "brief",
    "make_briefs": "brief",
    "write_briefs": "brief",
    "Cache": "cache",
    "find_help": "candidates",
    "Caravan": "caravan",
    "caravan_reach": "caravan",
    "read_caravan": "caravan_stops",
    "Comparison": "comparison",
    "compare": "comparison",
    "comparison_map": "comparison_maps",
    "Coverage": "coverage",
    "check": "coverage",
    "ArgumentError": "errors",
    "ClusterError": "errors",
    "DrawnCoverage": "draws",
    "draw_coverage": "draws",
    "GeoAccessError": "errors",
    "InputError": "errors",
    "NoServiceError": "errors",
    "SettingsError": "errors",
    "Fairness": "fairness",
    "measure_fairness": "fairness",
    "FetchOrder": "fetching",
    "fetch_study": "fetching",
    "plot_communes": "figures",
    "plot_hours": "figures",
    "plot_map": "figures",
    "plot_times": "figures",
    "Placement": "placement",
    "place_sites": "placement",
    "placement_page": "placement_reports",
    "plot_placement": "placement_figures",
    "Finding": "findings",
    "Findings": "findings",
    "list_hours": "hours",
    "Inspection": "inspection",
    "inspect": "inspection",
    "coverage_map": "maps",
    "plot_caravan": "redesign_figures",
    "plot_explanation": "redesign_figures",
    "plot_fairness": "redesign_figures",
    "plot_redrawing": "redesign_figures",
    "plot_robustness": "redesign_figures",
    "Report": "redesign_reports",
    "caravan_report": "redesign_reports",
    "explanation_report": "redesign_reports",
    "fairness_report": "redesign_reports",
    "journey_report": "redesign_reports",
    "redrawing_report": "redesign_reports",
    "robustness_report": "redesign_reports",
    "Redrawing": "redrawing",
    "redraw_sst": "redrawing",
    "read_residents": "residents",
    "Robustness": "robustness",
    "check_robustness": "robustness",
    "read_sites": "sites",
    "WalkNetwork": "streets",
    "fetch_streets": "streets",
    "from_networkx": "streets",
    "read_streets": "streets",
    "to_networkx": "streets",
    "Study": "study",
    "open_study": "study",
    "check_many": "study_runs",
    "read_table": "tables",
    "read_communes": "territory",
    "departure_table": "times",
    "times_table": "times",
    "Timetable": "timetable",
    "read_timetable": "timetable",
    "TravelTimes": "travel_times",
    "Departures": "searches",
    "isochrone_outline": "isochrones",
    "isochrone_cells": "isochrones",
    "travel_time": "queries",
    "travel_matrix": "queries",
    "open_times": "travel_times",
    "WorkerPool": "worker_pools",
}

__all__ = [
    "ArgumentError",
    "Brief",
    "Cache",
    "Caravan",
    "ClusterError",
    "Comparison",
    "Coverage",
    "Departures",
    "DrawnCoverage",
    "Explanation",
    "Fairness",
    "FetchOrder",
    "Finding",
    "Findings",
    "GeoAccessError",
    "InputError",
    "Inspection",
    "Journey",
    "NoServiceError",
    "Placement",
    "Redrawing",
    "Report",
    "Robustness",
    "SettingsError",
    "Study",
    "Timetable",
    "TravelTimes",
    "WalkNetwork",
    "WorkerPool",
    "__version__",
    "caravan_reach",
    "caravan_report",
    "check",
    "check_many",
    "check_robustness",
    "commune_brief",
    "compare",
    "compare_with_baseline",
    "comparison_map",
    "coverage_map",
    "departure_table",
    "draw_coverage",
    "explain_commune",
    "explanation_report",
    "fairness_report",
    "fetch_streets",
    "fetch_study",
    "find_help",
    "from_networkx",
    "inspect",
    "isochrone_cells",
    "isochrone_outline",
    "journey_report",
    "list_hours",
    "make_briefs",
    "measure_fairness",
    "open_study",
    "open_times",
    "place_sites",
    "placement_page",
    "plot_caravan",
    "plot_communes",
    "plot_explanation",
    "plot_fairness",
    "plot_hours",
    "plot_map",
    "plot_placement",
    "plot_redrawing",
    "plot_robustness",
    "plot_times",
    "read_baseline",
    "read_caravan",
    "read_communes",
    "read_residents",
    "read_sites",
    "read_streets",
    "read_table",
    "read_timetable",
    "redraw_sst",
    "redrawing_report",
    "robustness_report",
    "tell_journey",
    "times_table",
    "to_networkx",
    "travel_matrix",
    "travel_time",
    "write_briefs",
    "write_export",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"geo_access.{_HOMES[name]}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
