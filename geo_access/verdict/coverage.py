"""The verdict: who is served, in each commune, in each SST and in all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from geo_access.core.display import Shown, describe, draw, percent
from geo_access.core.errors import ArgumentError
from geo_access.routing.travel_times import TravelTimes
from geo_access.study.study import Study

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_access.core.findings import Finding
    from geo_access.study.presets import Preset
    from geo_access.texts import Language


@dataclass(frozen=True, repr=False, eq=False)
class Coverage(Shown):
    """A study judged.

    Attributes
    ----------
    residents
        One row a cell: cell, insee, sst, weight, state (``pole``, ``antenna``, ``beyond``, ``unsnapped``),
        share_of_departures, share_pole and share_antenna (of the departures), pole_p50_s (median seconds to the nearest
        pole), pole_site (the pole that serves best), antenna_s, antenna_site, reason (why not served: ``unsnapped``,
        ``no_stop``, ``unreachable``, ``too_rare``, ``too_long``), commune and sst_name (their names), over_min (by how
        many minutes the promise is missed: inside each departure over the threshold that is missed by less, at the
        share of departures that must hold; 0 exactly where served); for each kind of site that is open nearest_pole
        ..., nearest_pole_name and nearest_pole_min (the site with the least median travel time, as the rule for its
        kind travels and among the sites that count; on foot where no rule speaks of the kind); every other column of
        the residents' file, ``source_`` before a name that means something else here; geometry. Missing where
        unreachable. Columns in ``_s`` are seconds, those in ``_min`` minutes.
    communes
        One row a commune, by insee: insee, name, sst, population, cells, residents, served, share, share_pole,
        share_antenna (of the residents), beyond, unsnapped (residents), median_min_pole (minutes), share_any and
        share_own_sst (the share served by either pool of poles), share_pmi, presence, verdict (``meets``, ``misses``,
        ``no residents``), meets, geometry.
    sst
        One row an SST with the same figures; empty without a zoning.
    sites
        The sites as read, with counts_as_pole, counts_as_antenna, counts_as_pmi.
    summary
        The document that `check --format json` writes, but for the findings.
    findings
        What reading the inputs found.
    meets
        Whether every commune that has residents meets the target.
    preset
        The target judged by: the preset's words with the study's changes.
    language
        The study's language.
    times
        The travel times that the verdict rests on.
    priority
        One row a priority area, by code: code, name, cells, residents, served, share, share_pole, share_antenna,
        beyond, unsnapped, geometry, of the residents whose point lies in it; `residents` then has a column
        priority_area (the first such area's code). None where the study names no such areas.
    """

    residents: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    sst: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    summary: dict[str, Any]
    findings: tuple[Finding, ...]
    meets: bool
    preset: Preset
    language: Language
    times: TravelTimes | None = field(default=None, repr=False)
    priority: gpd.GeoDataFrame | None = None

    def _headline(self) -> str:
        inhabited = int((self.communes["verdict"] != "no residents").sum())
        meeting = int((self.communes["verdict"] == "meets").sum())
        share = percent(self.summary["total"]["share"])
        return f"{self.summary['study']}, {share} served, {meeting} of {inhabited} communes meet the target"

    def plot(
        self, kind: Literal["map", "communes", "times", "hours"] = "map", *, language: Language | None = None
    ) -> Any:
        """Draw the verdict for print, as a matplotlib figure.

        Parameters
        ----------
        kind
            ``map`` (`plot_map`), ``communes`` (`plot_communes`), ``times`` (`plot_times`) or ``hours`` (`plot_hours`).
        language
            ``fr`` or ``en``; the study's own by default.

        Examples
        --------
        >>> check(open_study()).plot().savefig("coverage.svg")  # doctest: +SKIP
        """
        return draw(self, kind, way="plot", language=language)

    def explore(
        self, *, language: Language | None = None, tiles: str | None = None, attribution: str | None = None
    ) -> Any:
        """Draw the verdict as a live map: a `folium.Map`; parameters as for `coverage_map`.

        Examples
        --------
        >>> check(open_study()).explore().save("coverage.html")  # doctest: +SKIP
        """
        return draw(self, way="explore", language=language, tiles=tiles, attribution=attribution)

    def _repr_html_(self) -> str:
        """Show the map and the table in a notebook."""
        return str(draw(self)._repr_html_())


_T = TypeVar("_T")


def take_coverage(given: _T) -> _T:
    """Return a coverage as it is; `ArgumentError` for anything else."""
    if isinstance(given, (Study, TravelTimes)) or not all(
        hasattr(given, name) for name in ("residents", "communes", "summary", "preset")
    ):
        raise ArgumentError("queries.coverage_wanted", said=describe(given))
    return given


def take_judged(given: _T) -> _T:
    """Return a coverage or a study as it is; `ArgumentError` for anything else."""
    return given if isinstance(given, Study) else take_coverage(given)
