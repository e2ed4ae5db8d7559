"""Ask pandana 0.8 for walks: contraction hierarchies between the nodes nearest to the points."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import numpy as np
import pandana
import pandas as pd
from question import Answer, Question, read_call


def build(question: Question) -> Any:
    """Contract the project's streets."""
    ahead, back = question["street_forward"], question["street_backward"]
    tail, head, metres = (question[f"street_{part}"] for part in ("tail", "head", "length_m"))
    edges = pd.DataFrame(
        {
            "from": np.concatenate([tail[ahead], head[back]]),
            "to": np.concatenate([head[ahead], tail[back]]),
            "metres": np.concatenate([metres[ahead], metres[back]]),
        }
    )
    return pandana.Network(
        pd.Series(question["street_x"]), pd.Series(question["street_y"]), edges["from"], edges["to"],
        edges[["metres"]], twoway=False,
    )  # fmt: skip


def place(network: Any, points: np.ndarray) -> np.ndarray:
    return network.get_node_ids(pd.Series(points[:, 0]), pd.Series(points[:, 1])).to_numpy()


def far(network: Any, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Metres from every start node to every end node."""
    found = network.shortest_path_lengths(np.repeat(start, len(end)), np.tile(end, len(start)))
    metres = np.array(found, float).reshape(len(start), len(end))
    return np.where(metres > 4e6, np.nan, metres)  # pandana's word for "no way" is 4294967.295


def near(network: Any, start: np.ndarray, stops: np.ndarray, limit_m: float) -> int:
    """Stops within a distance of every start node; returns how many legs there are."""
    reached = network.nodes_in_range(np.unique(start), limit_m)
    by_start = pd.DataFrame({"source": start}).merge(reached, on="source")
    return len(by_start.merge(pd.DataFrame({"destination": stops}), on="destination"))


def main() -> None:
    asked = read_call(__doc__)
    question = Question(asked.folder)
    answer = Answer({name: importlib.metadata.version(name) for name in ("pandana", "pandas", "numpy")})
    network = answer.time("walk build", lambda: build(question), runs=asked.runs)
    points = [question[f"{kind}_xy"][question[f"{kind}_snapped"]] for kind in ("resident", "site", "stop")]
    start, end, stops = answer.time(
        "walk place", lambda: [place(network, xy) for xy in points], runs=asked.runs, warm=True
    )
    metres = answer.time("walk to sites", lambda: far(network, start, end), runs=asked.runs, warm=True)
    limit_m = question.facts["access_limit_s"] * question.facts["speed_kmh"] / 3.6
    answer.facts["legs to stops"] = answer.time(
        "walk to stops", lambda: near(network, start, stops, limit_m), runs=asked.runs, warm=True
    )
    answer.arrays |= {"metres": metres, "start": start, "end": end}
    answer.write(asked.folder, "pandana")


if __name__ == "__main__":
    main()
