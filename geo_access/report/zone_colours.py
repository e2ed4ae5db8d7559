"""Colours of zones on a map: two zones that touch never share one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import shapely

from geo_access.report.palette import ZONE_FILLS

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Zones whose outlines come so close (metres) touch: borders of two files are never quite the same.
_TOUCH_M = 1.0


def choose_fills(zones: Iterable[Any]) -> list[int]:
    """Choose a fill of `ZONE_FILLS` for each zone; neighbours get different ones.

    Brélaz's greedy colouring is enough for nearly every map; where it takes more fills than there are, the search goes
    on. Zones of one piece each need four at most; zones of many pieces may need more than there are, and then some are
    used twice.

    Parameters
    ----------
    zones
        Shapes in metres; None or an empty one touches nothing.
    """
    shapes = [shapely.Polygon() if one is None else one for one in zones]
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    for number, other in shapely.STRtree(shapes).query(shapely.buffer(shapes, _TOUCH_M), predicate="intersects").T:
        if number != other:
            graph.add_edge(int(number), int(other))
    chosen = nx.greedy_color(graph, strategy="saturation_largest_first")
    if max(chosen.values(), default=0) >= len(ZONE_FILLS):
        chosen = search_colouring(graph, len(ZONE_FILLS)) or chosen
    return [chosen[number] % len(ZONE_FILLS) for number in range(len(shapes))]


def search_colouring(graph: nx.Graph[Any], most: int, tries: int = 100_000) -> dict[Any, int] | None:
    """Search a colouring with `most` colours, the node with the fewest left first; None where none was found."""
    chosen: dict[Any, int] = {}
    left = tries

    def colour() -> bool:
        nonlocal left
        if len(chosen) == len(graph):
            return True
        free = {
            node: set(range(most)) - {chosen[near] for near in graph[node] if near in chosen}
            for node in graph
            if node not in chosen
        }
        node = min(free, key=lambda one: (len(free[one]), -len(graph[one])))
        # Colours that nothing has yet are alike: one of them is enough to try.
        unused = max(chosen.values(), default=-1) + 1
        for number in sorted(one for one in free[node] if one <= unused):
            left -= 1
            if left < 0:
                return False
            chosen[node] = number
            if colour():
                return True
            del chosen[node]
        return False

    return chosen if colour() else None
