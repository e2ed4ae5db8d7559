"""What each place serves by itself: residents who reach it within the target, and those who reach no other address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Rule
    from geo_access.verdict.coverage import Coverage


@dataclass(frozen=True, eq=False)
class SiteReach:
    """What one place serves.

    Attributes
    ----------
    site
        Row of the sites' table.
    cells
        int64, ascending: rows of the residents' table from which the place alone keeps the promise, as a pole or as an
        antenna, at enough departures.
    residents
        How many live there.
    only_cells
        int64, ascending: those of `cells` from which no place at another address does.
    only
        How many live there.
    """

    site: int
    cells: NDArray[np.int64]
    residents: float
    only_cells: NDArray[np.int64]
    only: float


def list_reach(coverage: Coverage) -> tuple[SiteReach, ...]:
    """Work out what each counting place serves by itself.

    The promise's rules are evaluated for one place at a time, "or else" inside each departure as in the verdict. Travel
    times come from the cache where it has them.

    Parameters
    ----------
    coverage
        What `check` returns.

    Returns
    -------
    tuple of SiteReach
        One for each place that counts as a pole or as an antenna, in the order of the sites; empty when the coverage
        has no travel times.
    """
    if coverage.times is None:
        return ()
    snapped = coverage.times.residents().snapped
    required = coverage.preset.departures_required
    cells = {
        site: np.flatnonzero(snapped & (holds.mean(axis=1) >= required))
        for site, holds in _hold(coverage.times, coverage)
    }
    weight = coverage.residents["weight"].to_numpy(np.float64)
    address = number_addresses(coverage.sites)
    addresses = np.zeros(len(weight), np.int64)
    for number in np.unique(address):
        mine = [cells[site] for site in np.flatnonzero(address == number).tolist() if site in cells]
        addresses[np.unique(np.concatenate([np.empty(0, np.int64), *mine]))] += 1
    return tuple(
        SiteReach(
            site,
            mine,
            float(weight[mine].sum()),
            mine[addresses[mine] == 1],
            float(weight[mine[addresses[mine] == 1]].sum()),
        )
        for site, mine in sorted(cells.items())
    )


def number_addresses(sites: gpd.GeoDataFrame, *, within_m: float = 30.0) -> NDArray[np.int64]:
    """Give places at one address the same number: int64 (sites,)."""
    x, y = sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy()
    numbers = np.arange(len(sites))
    for site in range(len(sites)):
        near = np.flatnonzero(np.hypot(x[:site] - x[site], y[:site] - y[site]) <= within_m)
        if len(near):
            numbers[site] = numbers[near[0]]
    return numbers


def _hold(times: TravelTimes, coverage: Coverage) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield each counting place and when it keeps the promise: bool (residents, departures) or (residents, 1)."""
    rules = {name: getattr(coverage.preset, name) for name in ("pole", "antenna")}
    counting = {name: coverage.sites[f"counts_as_{name}"].to_numpy(bool) for name in rules}
    home, theirs = (table["sst"].to_numpy(object) for table in (coverage.residents, coverage.sites))

    def keep(site: int, seconds: NDArray[np.int32], rule: Rule) -> NDArray[np.bool_]:
        holds: NDArray[np.bool_] = seconds <= rule.seconds
        return holds & (home == theirs[site])[:, None] if rule.pool == "own_sst" else holds

    walked: dict[int, NDArray[np.bool_]] = {}
    ridden = {name: rule for name, rule in rules.items() if rule.mode != "walk"}
    for name in rules.keys() - ridden.keys():
        seconds = times.walk_seconds(rules[name].profile)
        for site in map(int, np.flatnonzero(counting[name])):
            holds = keep(site, seconds[:, [site]], rules[name])
            walked[site] = walked[site] | holds if site in walked else holds
    by_ride = [site for site in range(len(theirs)) if any(counting[name][site] for name in ridden)]
    for site, seconds in times.transit_seconds(by_ride):
        holds = walked.pop(site, np.zeros((len(home), 1), bool))
        for name, rule in ridden.items():
            if counting[name][site]:
                holds = holds | keep(site, seconds, rule)
        yield site, holds
    yield from walked.items()
