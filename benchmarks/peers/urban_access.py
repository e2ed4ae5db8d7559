"""Ask UrbanAccess with pandana 0.7: one network of streets and lines, a mean wait at every boarding, no departures.

The streets are the project's (UrbanAccess would download them), the feeds are read as published.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import resource
import shutil
import sys
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from question import Answer, Question, read_call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MILE_KM = 1.60934
PATIENCE_S = 300
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def unpack(question: Question) -> Path:
    """Write the feeds as UrbanAccess wants them: folders of text files, which it changes in place."""
    root = question.folder / "urbanaccess-feeds"
    shutil.rmtree(root, ignore_errors=True)
    for feed in question.facts["feeds"]:
        folder = root / feed.rsplit("/", 1)[-1].removesuffix(".zip")
        with zipfile.ZipFile(feed) as archive:
            archive.extractall(folder)
    return root


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def list_streets(question: Question) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes and one-way edges of the project's streets."""
    ids = np.arange(1, len(question["street_x"]) + 1)
    nodes = pd.DataFrame({"id": ids, "x": question["street_lon"], "y": question["street_lat"]}, index=ids)
    ahead, back = question["street_forward"], question["street_backward"]
    tail, head, metres = (question[f"street_{part}"] for part in ("tail", "head", "length_m"))
    edges = pd.DataFrame(
        {
            "from": ids[np.concatenate([tail[ahead], head[back]])],
            "to": ids[np.concatenate([head[ahead], tail[back]])],
            "distance": np.concatenate([metres[ahead], metres[back]]),
        }
    )
    return nodes, edges


def build(question: Question, root: Path) -> Any:
    """Files to UrbanAccess's integrated network, with the mean headways of the window."""
    import datetime as dt

    import urbanaccess as ua
    from urbanaccess.gtfs.gtfsfeeds_dataframe import gtfsfeeds_dfs

    ua.config.settings.log_console = False
    ua.config.settings.log_file = False
    first = question.facts["departures"]["from_s"]
    last = first + question.facts["departures"]["count"] * question.facts["departures"]["every_s"]
    feeds = ua.gtfs.load.gtfsfeed_to_df(gtfsfeed_path=str(root), validation=False)
    day = DAYS[dt.date.fromisoformat(question.facts["date"]).weekday()]
    # Rides until two hours after the last departure; waits from the departures' own window.
    ua.gtfs.network.create_transit_net(
        gtfsfeeds_dfs=feeds, day=day, timerange=[clock(first), clock(last + 7200)],
        overwrite_existing_stop_times_int=True,
    )  # fmt: skip
    ua.gtfs.headways.headways(gtfsfeeds_df=gtfsfeeds_dfs, headway_timerange=[clock(first), clock(last)])
    nodes, edges = list_streets(question)
    ua.osm.network.create_osm_net(
        osm_edges=edges, osm_nodes=nodes, travel_speed_mph=question.facts["speed_kmh"] / MILE_KM
    )
    return ua.integrate_network(
        urbanaccess_network=ua.ua_network, headways=True, urbanaccess_gtfsfeeds_df=gtfsfeeds_dfs,
        headway_statistic="mean",
    )  # fmt: skip


def contract(nodes: pd.DataFrame, edges: pd.DataFrame, weight: Any) -> Any:
    import pandana

    return pandana.Network(
        nodes["x"], nodes["y"], edges["from_int"], edges["to_int"], pd.DataFrame({"weight": weight}), twoway=False
    )


def ask(network: Any, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Minutes from every start node to every end node; NaN where pandana says there is no way."""
    found = network.shortest_path_lengths(np.repeat(start, len(end)), np.tile(end, len(start)))
    minutes = np.array(found, float).reshape(len(start), len(end))
    return np.where(minutes > 4e6, np.nan, minutes)  # pandana's word for "no way" is 4294967.295


def ask_plainly(edges: pd.DataFrame, weight: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Minutes as `ask` finds them, by Dijkstra's algorithm backward from each end: for networks asked only once."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    table = pd.DataFrame({"to": edges["to_int"], "from": edges["from_int"], "weight": weight})
    shortest = table.groupby(["to", "from"], as_index=False)["weight"].min()
    size = int(table[["to", "from"]].to_numpy().max()) + 1
    # A weight of nothing would be no edge at all.
    graph = coo_matrix((np.maximum(shortest["weight"], 1e-9), (shortest["to"], shortest["from"])), (size, size))
    minutes = dijkstra(graph.tocsr(), indices=end)[:, start].T
    return np.where(np.isfinite(minutes), minutes, np.nan)


def ask_pandana(nodes: pd.DataFrame, edges: pd.DataFrame, start: np.ndarray, end: np.ndarray, runs: int) -> Answer:
    """Contract the network as UrbanAccess's users do, and ask it."""
    answer = Answer({})
    network = answer.time("contract", lambda: contract(nodes, edges, edges["weight"]))
    answer.arrays["minutes"] = answer.time("search", lambda: ask(network, start, end), runs=runs, warm=True)
    return answer


def ask_patiently(patience_s: int, folder: Path, work: Callable[[], Answer]) -> Answer | None:
    """Do a piece of work in a process of its own; None when it takes more seconds of processor than that."""
    path = folder / "urbanaccess-contracted.json"
    path.unlink(missing_ok=True)
    sys.stderr.flush()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (patience_s, patience_s))
        work().write(folder, path.stem)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status or not path.exists():
        return None
    answer = Answer({})
    answer.facts |= json.loads(path.read_text(encoding="utf-8"))
    answer.arrays |= dict(np.load(path.with_suffix(".npz")))
    return answer


def vary(question: Question, edges: pd.DataFrame) -> dict[str, np.ndarray]:
    """Weights of the edges, each variant taking one more of UrbanAccess's simplifications back."""
    weight = edges["weight"].to_numpy(float).copy()
    variants = {"as it is": weight.copy()}
    boarding = (edges["net_type"] == "osm to transit").to_numpy()
    connector = boarding | (edges["net_type"] == "transit to osm").to_numpy()
    wait = np.where(boarding, edges["mean"].to_numpy(float) / 2, 0)
    unknown = boarding & np.isnan(wait)
    walk = np.where(connector, weight - np.nan_to_num(wait), 0)
    weight += walk * (3 * MILE_KM / question.facts["speed_kmh"] - 1)
    variants["stops walked to at the study's speed, not at 3 mph"] = weight.copy()
    weight[boarding] += question.facts["slack_s"] / 60
    variants["and a minute to board"] = weight.copy()
    window = question.facts["departures"]["count"] * question.facts["departures"]["every_s"] / 60
    weight[unknown] += window / 2
    variants["and half the window's wait where a line leaves only once"] = weight.copy()
    ride = (edges["net_type"] == "transit").to_numpy()
    means = edges[ride].groupby(["from_int", "to_int"])["weight"].transform("mean")
    weight[ride] = means.to_numpy(float)
    variants["and the mean ride instead of the fastest"] = weight.copy()
    return variants


def main() -> None:
    warnings.simplefilter("ignore")
    asked = read_call(__doc__)
    question = Question(asked.folder)
    names = ("urbanaccess", "pandana", "pandas", "numpy")
    answer = Answer({name: importlib.metadata.version(name) for name in names})
    network = answer.time("load", lambda: build(question, unpack(question)))
    nodes, edges = network.net_nodes, network.net_edges
    # Only streets' nodes stand for places: pandana's own nearest node may be a bus line's, boarded for nothing.
    from scipy.spatial import cKDTree

    streets = nodes[nodes["net_type"] == "walk"]
    tree = cKDTree(streets[["x", "y"]].to_numpy())

    def nearest(points: np.ndarray) -> np.ndarray:
        return streets.index.to_numpy()[tree.query(points)[1]]

    start, end = nearest(question["resident_lonlat"]), nearest(question["site_lonlat"])
    minutes = answer.time("search, Dijkstra", lambda: ask_plainly(edges, edges["weight"].to_numpy(), start, end))
    limit = int(os.environ.get("URBANACCESS_PATIENCE_S", PATIENCE_S))
    contracted = ask_patiently(limit, question.folder, lambda: ask_pandana(nodes, edges, start, end, asked.runs))
    if contracted is None:
        answer.facts["gave up"] = f"pandana 0.7 had not contracted the network after {limit} s of processor time"
    else:
        answer.facts["steps"] |= contracted.facts["steps"]
        answer.facts["peak_mb"] = contracted.facts["peak_mb"]
        by_pandana = contracted.arrays["minutes"]
        answer.facts["largest difference of pandana to Dijkstra, min"] = float(np.nanmax(np.abs(by_pandana - minutes)))
        minutes = by_pandana
    answer.arrays["minutes"] = minutes
    free = nodes.index.to_numpy()[cKDTree(nodes[["x", "y"]].to_numpy()).query(question["resident_lonlat"])[1]]
    boards = (edges["net_type"] == "osm to transit").to_numpy()
    answer.facts |= {
        "nodes": len(nodes),
        "edges": len(edges),
        "boardings": int(boards.sum()),
        "boardings without a headway": int(edges["mean"].isna().to_numpy()[boards].sum()),
        "residents that get_node_ids puts on a line": int(nodes.loc[free, "net_type"].eq("transit").sum()),
    }
    variants = vary(question, edges)
    answer.facts["variants"] = list(variants)
    answer.arrays["variants"] = np.stack([ask_plainly(edges, weight, start, end) for weight in variants.values()])
    answer.write(asked.folder, "urbanaccess")


if __name__ == "__main__":
    main()
