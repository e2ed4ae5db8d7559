"""What the pages of an atlas are made from: each answer computed once, and only where a page needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geo_access.analysis.comparison import compare
from geo_access.analysis.fairness import measure_fairness
from geo_access.analysis.helpful_sites import find_help
from geo_access.analysis.placement.placement import place_sites
from geo_access.analysis.redrawing import redraw_sst
from geo_access.analysis.robustness import check_robustness
from geo_access.core.errors import InputError, speaking
from geo_access.core.findings import Findings
from geo_access.quality.inspection import inspect
from geo_access.routing.travel_times import open_times
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.inputs.tables import read_table
from geo_access.verdict.judging import judge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from typing import Any

    from geo_access.analysis.comparison import Comparison
    from geo_access.analysis.fairness import Fairness
    from geo_access.analysis.helpful_sites import Help
    from geo_access.analysis.placement.demand import PlaceKind
    from geo_access.analysis.placement.placement import Placement
    from geo_access.analysis.redrawing import Redrawing
    from geo_access.analysis.robustness import Robustness
    from geo_access.core.cache import Cache
    from geo_access.core.progress import Progress
    from geo_access.quality.inspection import Inspection
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.study import Study
    from geo_access.verdict.coverage import Coverage

#: What the page of new places asks: so many more poles, wherever most residents would be served.
PLACED_KIND: PlaceKind = "pole"
PLACED_COUNT = 3


@dataclass
class Answers:
    """The answers of one study.

    Attributes
    ----------
    study
        What is asked about.
    other
        The study that it is compared with, where one was named.
    with_robustness
        Whether the map and the index say how sure the verdict is.
    seed
        Of the runs of robustness.
    cache, progress, executor
        As for `check`.
    """

    study: Study
    other: Study | None
    with_robustness: bool
    seed: int
    cache: Cache
    progress: Progress
    executor: Executor | None

    @cached_property
    def times(self) -> TravelTimes:
        """The travel times of the study."""
        return open_times(self.study, cache=self.cache, progress=self.progress)

    @cached_property
    def coverage(self) -> Coverage:
        """The verdict."""
        with speaking(self.study.settings.language):
            return judge(self.times, executor=self.executor)

    @cached_property
    def robustness(self) -> Robustness | None:
        """How sure the verdict is; None where nobody asked for it."""
        if not self.with_robustness:
            return None
        return check_robustness(
            self.study, seed=self.seed, cache=self.cache, progress=self.progress, executor=self.executor
        )

    @cached_property
    def zonings(self) -> list[str]:
        """Columns of the zoning's file that hold a zoning, in their order: the study's own, and sst_…."""
        own = self.study.settings.territory.sst
        if own is None:
            return []
        table = read_table(self.study.table(own.file), part=own.part, geometry="none", findings=Findings())
        return [str(name) for name in table.columns if str(name) == own.column or str(name).startswith("sst")]

    @cached_property
    def sides(self) -> tuple[Study, Study] | None:
        """Before and after: the study and the one named beside it, else two zonings, where the study has them.

        A zoning tells apart whose pole is whose: both sides are then judged by the poles of each commune's own SST.
        """
        if self.other is not None:
            return self.study, self.other
        if len(self.zonings) < 2:
            return None
        first, last = self.zonings[0], self.zonings[-1]
        asked = {"policy.pole.pool": "own_sst"}
        before, after = (self.study.vary({**asked, "territory.sst.column": one}) for one in (first, last))
        return before, after

    @cached_property
    def comparison(self) -> Comparison:
        """Who gains and who loses."""
        if self.sides is None:
            raise InputError("atlas.one_zoning")
        return compare(*self.sides, cache=self.cache, progress=self.progress, executor=self.executor)

    @cached_property
    def placement(self) -> Placement:
        """Where more poles would serve most residents."""
        return place_sites(
            self.coverage,
            kind=PLACED_KIND,
            count=PLACED_COUNT,
            cache=self.cache,
            progress=self.progress,
            executor=self.executor,
        )

    @cached_property
    def redrawing(self) -> Redrawing:
        """The best zoning of as many SST as there are."""
        zones = self.times.inputs.communes["sst"].dropna().nunique()
        return redraw_sst(self.times, max(int(zones), 1), executor=self.executor)

    @cached_property
    def helps(self) -> Mapping[str, Sequence[Help]]:
        """What would serve more residents of each commune, by its code."""
        codes = list(self.coverage.communes["insee"])
        return find_help(self.coverage, codes, progress=self.progress, executor=self.executor)

    @cached_property
    def fairness(self) -> Fairness:
        """How evenly minutes and places are spread."""
        return measure_fairness(self.coverage, executor=self.executor)

    @cached_property
    def inspection(self) -> Inspection:
        """What is to be known of the data."""
        return inspect(self.study, cache=self.cache, progress=self.progress)

    def describe(self, study: Study | None = None) -> dict[str, Any]:
        """Say what a study's answers hang on, as JSON values: settings, but for the language, and files."""
        asked = self.study if study is None else study
        inputs = self.times.inputs if study is None else read_inputs(asked)
        return {"settings": asked.settings.model_dump(mode="json", exclude={"language"}), "files": inputs.hashes}
