"""Which site would help a commune most: an hypothesis, reckoned by the same search as the verdict.

The candidates and the measure are those of `placement`: the study's own places that do not count today, and populated
cells near a stop; residents served more. Only the question is narrower: the residents of one commune.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo_access.analysis.placement.candidates import CANDIDATES, list_candidates
from geo_access.analysis.placement.demand import make_demand, measure_cover
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.progress import no_progress
from geo_access.verdict.point_names import NAMELESS, PointName, read_name, say_near

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    from geo_access.core.progress import Progress
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

Role = Literal["pole", "antenna"]
ROLES: tuple[Role, ...] = ("pole", "antenna")


@dataclass(frozen=True)
class CandidateSite:
    """A place that could become a site.

    Attributes
    ----------
    role
        What it would be.
    x, y
        Where (metres, the study's CRS).
    insee, sst
        The commune that it lies in, and the SST that it would belong to.
    site
        Row of the study's sites; -1 for a cell.
    cell
        Row of the residents' cell that stands for the place; -1 for a site.
    """

    role: Role
    x: float
    y: float
    insee: str
    sst: object
    site: int = -1
    cell: int = -1


@dataclass(frozen=True)
class Help:
    """What a candidate would change.

    Attributes
    ----------
    candidate
        The place.
    gained
        Residents of the commune who would be served and are not.
    gained_all
        The same, in the whole territory.
    title
        The name of the site; None for a cell.
    name
        What people call the place.
    tried
        How many candidates were tried for such a site, in the whole territory.
    """

    candidate: CandidateSite
    gained: float
    gained_all: float
    title: str | None = None
    name: PointName = NAMELESS
    tried: int = 0

    def say(self, language: Language) -> str:
        """Name the place: the site that it is, else what it is near."""
        return say_near(self.name, language) if self.title is None else self.title


def find_help(
    coverage: Coverage,
    communes: Iterable[str] | None = None,
    *,
    roles: Sequence[Role] = ROLES,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> dict[str, tuple[Help, ...]]:
    """Say which site would help each commune most.

    Parameters
    ----------
    coverage
        What `check` returns; its travel times are used.
    communes
        INSEE codes; all by default.
    roles
        What sites to look for.
    progress
        Told how many candidates are done.
    executor
        Who searches, as for `check`; the threads of this process by default.

    Returns
    -------
    dict
        INSEE code -> at most three hypotheses, the best first: the best of the study's own places, the best cell for a
        pole, the best for an antenna. Empty where nobody is beyond, or where no candidate helps anybody.

    Raises
    ------
    InputError
        When the coverage keeps no travel times.
    """
    if coverage.times is None:
        raise InputError("brief.no_times")
    wanted = list(coverage.communes["insee"]) if communes is None else list(communes)
    cells = coverage.residents
    beyond = set(cells.loc[(cells["state"] == "beyond") & (cells["weight"] > 0), "insee"])
    missed = [insee for insee in wanted if insee in beyond]
    helps: dict[str, list[Help]] = {insee: [] for insee in wanted}
    if missed:
        for role in roles:
            for insee, found in _try_candidates(coverage, missed, role, progress, executor).items():
                helps[insee] += found
    return {insee: tuple(_pick(found)) for insee, found in helps.items()}


def _try_candidates(
    coverage: Coverage, communes: Sequence[str], role: Role, progress: Progress, executor: Executor | None
) -> dict[str, list[Help]]:
    """Return, for each commune, what the best own place and the best cell would bring it."""
    times = coverage.times
    assert times is not None  # noqa: S101 -- `find_help` refuses a coverage without
    demand = make_demand(times, coverage.preset, role)
    try:
        places = list_candidates(times, None, kind=role, count=CANDIDATES, findings=Findings())
    except InputError as error:
        if error.code != "place.no_candidate":
            raise
        return {}
    model, rows, _ = measure_cover(demand, places, progress=progress, executor=executor)
    codes = {insee: at for at, insee in enumerate(coverage.communes["insee"])}
    home = np.array([codes[insee] for insee in coverage.residents["insee"].iloc[rows]], np.int64)
    gains = model.gain_by_group(home, len(codes))
    total = gains.sum(axis=1)
    sites = {site: at for at, site in enumerate(times.inputs.sites["site"])}
    cells = {cell: at for at, cell in enumerate(times.inputs.residents["cell"])}
    own = (places["source"] == "site").to_numpy(bool)
    found: dict[str, list[Help]] = {}
    for insee in communes:
        gained = gains[:, codes[insee]]
        found[insee] = []
        for which in (np.flatnonzero(own), np.flatnonzero(~own)):
            if not len(which):
                continue
            # At equal gain in the commune, what the territory gains; then the order of the candidates.
            best = int(which[np.lexsort((-total[which], -gained[which]))[0]])
            place = places.iloc[best]
            candidate = CandidateSite(
                role,
                float(place.geometry.x),
                float(place.geometry.y),
                str(place["insee"]),
                place["sst"],
                site=sites[place["site"]] if own[best] else -1,
                cell=-1 if own[best] else cells[place["cell"]],
            )
            commune = coverage.communes["name"].iloc[codes[place["insee"]]] if place["insee"] in codes else None
            name = read_name({"near": place["near"], "landmark": place["landmark"], "commune": commune})
            title = str(place["name"]) if own[best] else None
            found[insee].append(Help(candidate, float(gained[best]), float(total[best]), title, name, len(places)))
    return found


def _pick(helps: Sequence[Help]) -> list[Help]:
    """Keep the best of each sort, the best first; at equal gain what exists comes before what is new."""
    sorts: dict[str, Help] = {}
    for one in sorted(helps, key=lambda one: (-one.gained, -one.gained_all)):
        sort = "own" if one.candidate.site >= 0 else one.candidate.role
        if one.gained > 0:
            sorts.setdefault(sort, one)
    return sorted(sorts.values(), key=lambda one: (-one.gained, one.candidate.site < 0, -one.gained_all))
