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
    """Choose a fill of `ZONE_FILLS` for each zone, by Brélaz's greedy colouring; neighbours get different ones.

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
    return [chosen[number] % len(ZONE_FILLS) for number in range(len(shapes))]
