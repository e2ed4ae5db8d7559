"""Travel times as tables: one row for each resident and site, or one for each departure as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.routing.arrays import percentile
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import take_times
from geo_access.verdict.targets import list_rules_by_kind, make_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import Timed, TravelTimes

_PERCENTILES = (10, 50, 90)


def times_table(times: Timed, *, executor: Executor | None = None) -> pd.DataFrame:
    """Travel time of every resident to every site, summed up over the departures.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned.
    executor
        As for `TravelTimes.transit_seconds`.

    Returns
    -------
    DataFrame
        cell, site, kind; share_of_departures within the target of the site's kind (missing for kinds without one;
        measured as the target says, by public transport or on foot); p10, p50, p90: door-to-door seconds, the faster
        of public transport and the walk all the way, unreachable departures last; reason why a time is missing
        (``unsnapped``, ``site_unsnapped``, ``no_stop``, ``site_no_stop``, ``unreachable``); name of the site. By cell,
        then by site.
    """
    times = take_times(times)
    inputs = times.inputs
    n_cells, n_sites = len(inputs.residents), len(inputs.sites)
    share = np.full((n_cells, n_sites), np.nan)
    reached = {p: np.full((n_cells, n_sites), NEVER, np.int32) for p in _PERCENTILES}
    reason = np.full((n_cells, n_sites), None, object)
    rules = list_rules_by_kind(make_target(times.settings.policy), times.settings.policy)
    blocks = _list_blocks(times)
    for site, seconds in _every_site(times, executor):
        for p, table in reached.items():
            table[:, site] = percentile(seconds, p)
        _, rule = rules.get(str(inputs.sites["kind"].iloc[site]), ("", None))
        if rule is not None:
            counted = times.walk_seconds(rule.profile)[:, [site]] if rule.mode == "walk" else seconds
            share[:, site] = (counted <= rule.seconds).mean(axis=1)
        never = (seconds == NEVER).all(axis=1)
        reason[never, site] = "unreachable"
        for name, cells, sites in blocks:
            if sites[site]:
                reason[never & cells, site] = name
    columns: dict[str, Any] = {
        "cell": np.repeat(inputs.residents["cell"].to_numpy(object), n_sites),
        "site": np.tile(inputs.sites["site"].to_numpy(object), n_cells),
        "kind": np.tile(inputs.sites["kind"].to_numpy(object), n_cells),
        "share_of_departures": pd.array(share.ravel(), dtype="float64"),
    }
    for p, table in reached.items():
        flat = table.ravel()
        columns[f"p{p}"] = pd.arrays.IntegerArray(flat, flat == NEVER)
    columns["reason"] = reason.ravel()
    columns["name"] = np.tile(inputs.sites["name"].to_numpy(object), n_cells)
    return pd.DataFrame(columns).astype(dict.fromkeys(("cell", "site", "kind", "reason", "name"), "str"))


def departure_table(times: Timed, *, executor: Executor | None = None) -> Iterator[pd.DataFrame]:
    """Travel time of every resident to every site at every departure.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned.
    executor
        As for `TravelTimes.transit_seconds`.

    Yields
    ------
    DataFrame
        One site at a time: cell, site, departure (seconds after noon minus 12 h), seconds (missing when unreachable).
    """
    return _every_departure(take_times(times), executor)


def _every_departure(times: TravelTimes, executor: Executor | None) -> Iterator[pd.DataFrame]:
    cells = times.inputs.residents["cell"].to_numpy(object)
    departures = times.departures.astype(np.int32)
    for site, seconds in _every_site(times, executor):
        flat = seconds.ravel()
        yield pd.DataFrame(
            {
                "cell": pd.Categorical.from_codes(np.repeat(np.arange(len(cells)), len(departures)), pd.Index(cells)),
                "site": str(times.inputs.sites["site"].iloc[site]),
                "departure": np.tile(departures, len(cells)),
                "seconds": pd.arrays.IntegerArray(flat, flat == NEVER),
            }
        )


def write_departures(times: TravelTimes, path: Path, *, executor: Executor | None = None) -> int:
    """Write `departure_table` to a Parquet file, one row group a site; returns the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [("cell", pa.string()), ("site", pa.string()), ("departure", pa.int32()), ("seconds", pa.int32())]
    )
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in departure_table(times, executor=executor):
            table["cell"] = table["cell"].astype("str")
            writer.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False))
            rows += len(table)
    return rows


def _every_site(times: TravelTimes, executor: Executor | None) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Seconds to each site by every means the study has; without a feed, on foot alone."""
    sites = range(len(times.inputs.sites))
    if times.settings.transit.gtfs:
        yield from times.transit_seconds(sites, executor=executor)
        return
    for site in sites:
        yield site, np.repeat(times.walk_seconds()[:, [site]], times.settings.departures.count, axis=1)


def _list_blocks(times: TravelTimes) -> list[tuple[str, NDArray[np.bool_], NDArray[np.bool_]]]:
    """List why a pair may have no journey, the weightiest last: (reason, cells at fault, sites at fault)."""
    inputs = times.inputs
    every_cell, every_site = np.ones(len(inputs.residents), bool), np.ones(len(inputs.sites), bool)
    blocks = []
    if times.settings.transit.gtfs:
        blocks.append(("site_no_stop", every_cell, ~times.sites_with_stop()))
        blocks.append(("no_stop", np.diff(times.access.indptr) == 0, every_site))
    placed = times.walker().place(inputs.site_points)
    blocks.append(("site_unsnapped", every_cell, ~placed.snapped))
    blocks.append(("unsnapped", ~times.residents().snapped, every_site))
    return blocks
