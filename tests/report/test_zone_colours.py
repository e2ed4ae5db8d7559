"""Zones that touch never share a colour, however hard the map."""

from __future__ import annotations

import networkx as nx
import pytest

from geo_access.report.zone_colours import search_colouring


@pytest.mark.parametrize(
    ("graph", "most"),
    [
        (nx.complete_bipartite_graph(5, 5), 2),
        (nx.petersen_graph(), 3),
        (nx.icosahedral_graph(), 4),
        (nx.complete_graph(6), 6),
    ],
)
def test_the_search_finds_a_colouring_where_there_is_one_and_only_there(graph, most):
    chosen = search_colouring(graph, most)
    assert max(chosen.values()) < most
    assert all(chosen[one] != chosen[other] for one, other in graph.edges)
    assert search_colouring(graph, most - 1) is None
