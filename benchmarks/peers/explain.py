"""Compare a peer's answer with the project's, and show by computation where a difference comes from."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from prepare import SAME_STOP_S, in_minutes, open_study
from question import NEVER

from geo_access.routing.search import Search, link_residents
from geo_access.routing.simd import BATCH
from geo_access.streets.walker import Legs, walking_seconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from question import Question

#: Nobody asks a peer for more than two hours.
LONGEST_S = 7200
TARGET_S = 20 * 60


def differences(own: np.ndarray, peer: np.ndarray, *, longest_s: float = LONGEST_S) -> dict[str, float]:
    """Peer minus own, in minutes, where both reach; and where only one does. Unreachable is `NEVER` or NaN."""
    own, peer = (np.where(np.isnan(s) | (s > longest_s), np.inf, s) for s in (own.astype(float), peer.astype(float)))
    both = np.isfinite(own) & np.isfinite(peer)
    minutes = (peer[both] - own[both]) / 60
    low, quarter, median, upper, high = np.percentile(minutes, [2.5, 25, 50, 75, 97.5])
    return {
        "compared": int(both.sum()),
        "only own": float((np.isfinite(own) & ~both).mean()),
        "only peer": float((np.isfinite(peer) & ~both).mean()),
        "bias_min": float(minutes.mean()),
        "p2.5_min": float(low),
        "p25_min": float(quarter),
        "median_min": float(median),
        "p75_min": float(upper),
        "p97.5_min": float(high),
        "largest_min": float(np.abs(minutes).max()),
        "equal": float((np.abs(minutes) < 1e-9).mean()),
        "within_1_min": float((np.abs(minutes) <= 1).mean()),
        "within_5_min": float((np.abs(minutes) <= 5).mean()),
    }


def middle(seconds: np.ndarray) -> np.ndarray:
    """The traveller's median over the departures, as the project takes percentiles: unreachable last, none invented."""
    return np.sort(seconds, axis=-1)[..., (seconds.shape[-1] + 1) // 2 - 1]


def mean_seconds(seconds: np.ndarray) -> np.ndarray:
    """Mean over the departures; NaN where one of them does not reach: a mean of some says nothing of the pair."""
    reached = np.where(seconds > LONGEST_S, np.nan, seconds)
    return np.where(np.isnan(reached).any(axis=2), np.nan, reached.mean(axis=2))


def served_shares(question: Question, rows: np.ndarray, seconds: np.ndarray) -> dict[str, float]:
    """Residents of each area with a site in less than 20 minutes at half of the departures, in percent.

    `seconds` is (asked residents, sites, departures), or (asked residents, sites) from a peer that knows no departures.
    """
    best = np.where(np.isnan(seconds.astype(float)), np.inf, seconds.astype(float)).min(axis=1)
    served = (best < TARGET_S).mean(axis=-1) >= 0.5 if best.ndim == 2 else best < TARGET_S
    weight, area = question["population"][rows], question["area"][rows]
    shares = {str(one): 100 * float(np.average(served[area == one], weights=weight[area == one]))
              for one in np.unique(area) if weight[area == one].sum()}  # fmt: skip
    return {"all": 100 * float(np.average(served, weights=weight)), **shares}


def symmetric_feed(question: Question) -> Path:
    """Write the feed in minutes once more, with the walks between stops as nigiri changes them.

    It adds the way back of every walk that has none, and no change takes less than one at a stop.
    """
    path, own = question.folder / "feed-symmetric.zip", question.folder / "feed-minutes.zip"
    pair = ["from_stop_id", "to_stop_id"]
    with zipfile.ZipFile(own) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name != "transfers.txt":
                archive.writestr(name, source.read(name))
        walks = pd.read_csv(source.open("transfers.txt"))
        back = walks.rename(columns=dict(zip(pair, pair[::-1], strict=True)))
        both = pd.concat([walks, back[walks.columns]]).drop_duplicates(pair)
        both["min_transfer_time"] = both["min_transfer_time"].clip(lower=SAME_STOP_S)
        archive.writestr("transfers.txt", both.to_csv(index=False))
    return path


def compare_served(question: Question, rows: np.ndarray, own: np.ndarray, peer: np.ndarray) -> dict[str, Any]:
    """Shares by the project's times and by a peer's, for the same residents."""
    return {"asked": len(rows), "own": served_shares(question, rows, own), "peer": served_shares(question, rows, peer)}


def search_in_minutes(question: Question, feed: Path) -> np.ndarray:
    """The project's search by nigiri's arithmetic: its timetable, walks and changes in whole minutes.

    int32 (residents, sites, departures). What is left of the difference to nigiri after this is not arithmetic.
    """
    transit = {"transit.gtfs": [str(feed)], "transit.boarding_slack_s": 0}
    # transfers.txt of that feed lists every walk between stops.
    times = open_study(question.facts["study"], transit | {"walking.limits_min.transfer": 0})
    stop_of = {name: row for row, name in enumerate(times.timetable.stops["stop_id"])}
    renumbered = np.array([stop_of.get(f"0:{stop}", -1) for stop in range(len(question["stop_id"]))])
    slack = question.facts["slack_s"]

    def legs(name: str, extra_s: int) -> Legs:
        origin = np.repeat(np.arange(len(question[f"{name}_ptr"]) - 1), np.diff(question[f"{name}_ptr"]))
        stop, seconds = renumbered[question[f"{name}_index"]], in_minutes(question[f"{name}_s"] + extra_s)
        kept = stop >= 0
        order = np.lexsort((stop[kept], origin[kept]))
        origin, stop, seconds = (part[kept][order] for part in (origin, stop, seconds))
        ptr = np.searchsorted(origin, np.arange(len(question[f"{name}_ptr"]))).astype(np.int64)
        return Legs(ptr, stop.astype(np.int32), seconds, len(stop_of))

    walk = question["walk_s"]
    direct_s = np.where(walk < NEVER, in_minutes(np.minimum(walk, NEVER // 2)), NEVER).astype(np.int32)
    access, own = legs("access", slack), times.search
    starts = link_residents(own.network, own.links, access, own.departures)
    search = Search(own.network, own.links, starts, access, legs("egress", 0), direct_s, own.departures)
    sites = range(len(times.inputs.sites))
    groups = [sites[low : low + BATCH] for low in range(0, len(sites), BATCH)]
    return np.stack([seconds for group in groups for seconds in search.seconds(group)], axis=1)


def search_by_index(question: Question) -> np.ndarray:
    """The project's search on blank times filled evenly from stop to stop: int32 (residents, sites, departures)."""
    feeds = [str(question.folder / f"feed-by-index-{n}.zip") for n in range(len(question.facts["feeds"]))]
    times = open_study(question.facts["study"], {"transit.gtfs": feeds})
    found = dict(times.transit_seconds(range(len(times.inputs.sites))))
    return np.stack([found[site] for site in sorted(found)], axis=1)


def walks_past_stops(question: Question, feed: Path) -> np.ndarray:
    """Seconds from resident to site on foot past a stop, or past two: nigiri drops journeys that are no faster.

    int64 (residents, sites), in nigiri's minutes; `NEVER` where no such stops are within reach of both.
    """
    with zipfile.ZipFile(feed) as archive:
        walks = pd.read_csv(archive.open("transfers.txt"))
    walks = walks[walks["from_stop_id"] != walks["to_stop_id"]]
    here, there = walks["from_stop_id"].to_numpy(), walks["to_stop_id"].to_numpy()
    residents, sites = len(question["resident_xy"]), len(question["site_xy"])
    resident = np.repeat(np.arange(residents), np.diff(question["access_ptr"]))
    access = in_minutes(question["access_s"] + question.facts["slack_s"])
    out = np.full((residents, sites), NEVER, np.int64)
    for site in range(sites):
        onward = np.full(len(question["stop_id"]), NEVER, np.int64)
        index, seconds = question.row("egress", site)
        onward[index] = in_minutes(seconds)
        by_two = walks["min_transfer_time"].to_numpy() + onward[there]
        np.minimum.at(onward, here, by_two)
        np.minimum.at(out[:, site], resident, access + onward[question["access_index"]])
    return np.minimum(out, NEVER)


def walk_between_nodes(question: Question, origins: np.ndarray, destinations: np.ndarray) -> np.ndarray:
    """The project's walks between nodes of the streets instead of points: float64 seconds (origins, destinations)."""
    walker = open_study(question.facts["study"]).walker()
    xy = np.column_stack([question["street_x"], question["street_y"]])
    start, end = walker.place(xy[origins]), walker.place(xy[destinations])
    legs = walker.legs(start, end, limit_s=24 * 3600)
    seconds = np.full((len(origins), len(destinations)), np.nan)
    seconds[np.repeat(np.arange(legs.n_from), np.diff(legs.indptr)), legs.index] = legs.seconds
    return seconds


def walk_millimetres(question: Question, origins: np.ndarray, destinations: np.ndarray) -> np.ndarray:
    """Shortest ways between nodes on lengths cut to whole millimetres: metres, float64 (origins, destinations)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    tail, head, ahead, back = (question[f"street_{part}"] for part in ("tail", "head", "forward", "backward"))
    length = np.floor(question["street_length_m"] * 1000)
    edges = pd.DataFrame(
        {
            "start": np.concatenate([tail[ahead], head[back]]),
            "end": np.concatenate([head[ahead], tail[back]]),
            "mm": np.concatenate([length[ahead], length[back]]),
        }
    )
    shortest = edges.groupby(["start", "end"], as_index=False)["mm"].min()
    size = len(question["street_x"])
    against = csr_array((shortest["mm"], (shortest["end"], shortest["start"])), (size, size))
    metres = dijkstra(against, indices=destinations)[:, origins].T / 1000
    return np.where(np.isfinite(metres), metres, np.nan)


def to_seconds(question: Question, metres: np.ndarray) -> np.ndarray:
    """Seconds that a walk takes, by the project's rule: rounded up once."""
    return walking_seconds(metres, speed_kmh=question.facts["speed_kmh"])


def explain_nigiri(question: Question, own: Any, peer: Any, _facts: dict[str, Any]) -> dict[str, Any]:
    """Compare nigiri's times with the project's, and with the project's by nigiri's arithmetic."""
    rows = peer["rows"]
    feed, symmetric = question.folder / "feed-minutes.zip", symmetric_feed(question)
    exact, minutes = own["transit_s"][rows], search_in_minutes(question, feed)[rows]
    all_alike = search_in_minutes(question, symmetric)
    alike = all_alike[rows]
    dropped = alike >= walks_past_stops(question, symmetric)[rows, :, None]
    found = {
        "geo_access to nigiri, the day in minutes": differences(exact, peer["minutes"]),
        "geo_access to geo_access in minutes": differences(exact, minutes),
        "geo_access in minutes to nigiri": differences(minutes, peer["minutes"]),
        "the same, walks between stops both ways and of two minutes at least": differences(alike, peer["minutes"]),
        "the same, but for journeys no faster than a walk past stops": differences(
            np.where(dropped, NEVER, alike), np.where(dropped, NEVER, peer["minutes"])
        ),
        "geo_access to nigiri, with nigiri's own footpaths": differences(exact, peer["footpaths"]),
        "geo_access to nigiri, published feeds": differences(exact, peer["published"]),
    }
    if question.facts["blank times"]:
        even = search_by_index(question)[rows]
        found |= {
            "geo_access to geo_access with blank times filled evenly": differences(exact, even),
            "geo_access with blank times filled evenly to nigiri, published feeds": differences(
                even, peer["published"]
            ),
        }
    everybody, everything = np.arange(len(question["resident_xy"])), own["transit_s"]
    return {
        "differences": found,
        "served": {
            "nigiri, the day in minutes": compare_served(question, rows, exact, peer["minutes"]),
            "nigiri, published feeds": compare_served(question, rows, exact, peer["published"]),
            "geo_access by nigiri's minutes": compare_served(question, everybody, everything, all_alike),
        },
    }


def explain_urbanaccess(question: Question, own: Any, peer: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Compare UrbanAccess's one time a pair with the project's median and mean over the departures."""
    rows = np.arange(len(question["resident_xy"]))
    exact = own["transit_s"]
    even = search_by_index(question)
    minutes = np.where(question["resident_snapped"][:, None], peer["minutes"], np.nan) * 60
    snapped = question["resident_snapped"][:, None]
    variants = {
        f"mean of geo_access to UrbanAccess, {name}": differences(
            mean_seconds(exact), np.where(snapped, other * 60, np.nan)
        )
        for name, other in zip(facts["variants"], peer["variants"], strict=True)
    }
    last = np.where(snapped, peer["variants"][-1] * 60, np.nan)
    found = {
        "median of geo_access to UrbanAccess": differences(middle(exact), minutes),
        **variants,
        "mean of geo_access with blank times filled evenly to UrbanAccess as it is": differences(
            mean_seconds(even), minutes
        ),
        "mean of geo_access with blank times filled evenly to the last of the variants": differences(
            mean_seconds(even), last
        ),
    }
    return {"differences": found, "served": {"UrbanAccess": compare_served(question, rows, exact, minutes)}}


def explain_walks(question: Question, own: Any, peer: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Compare walks between nearest nodes with the project's, and with the project's between the same nodes."""
    resident, site = question["resident_snapped"], question["site_snapped"]
    exact = own["walk_to_sites_s"][resident][:, site]
    seconds = to_seconds(question, peer["metres"])
    between = walk_between_nodes(question, peer["start"], peer["end"])
    everything = {"longest_s": np.inf}
    found: dict[str, Any] = {
        "geo_access to the peer": differences(exact, seconds, **everything),
        "the same, walks of at most 20 minutes": differences(
            np.where(exact > TARGET_S, np.nan, exact), np.where(exact > TARGET_S, np.nan, seconds), **everything
        ),
        "geo_access between the same nodes to the peer": differences(between, seconds, **everything),
    }
    if "pandana" in facts["versions"]:
        cut = walk_millimetres(question, peer["start"], peer["end"])
        found["Dijkstra on lengths cut to millimetres, between the same nodes, to the peer"] = differences(
            to_seconds(question, cut), seconds, **everything
        )
    out: dict[str, Any] = {"differences": found, "largest_s": float(np.nanmax(np.abs(between - seconds)))}
    if "gap_m" in peer:
        out["largest difference of the way to the nearest edge, m"] = float(
            np.abs(peer["gap_m"] - own["gap_m"][resident]).max()
        )
    rows = np.flatnonzero(resident)
    out["served"] = {"on foot, between nearest nodes": compare_served(question, rows, exact, seconds)}
    return out


EXPLAIN: dict[str, Callable[..., dict[str, Any]]] = {
    "pynigiri": explain_nigiri,
    "urbanaccess": explain_urbanaccess,
    "pandana": explain_walks,
    "osmnx": explain_walks,
}
