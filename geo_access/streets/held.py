"""Streets in memory where files could be: a graph of OSMnx's shape, or a walking network."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Self

from geo_access.streets.exchange import graph_parts, list_plain, write_graphml
from geo_access.streets.network import WalkNetwork, assemble_network, require_same_crs

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

    from geo_access.core.findings import Findings
    from geo_access.streets.conditions import Window


class HeldStreets(str):
    """Streets in memory, known by their name: they stand where the path of a file could.

    They are a copy: what is done to the graph or the network afterwards changes nothing.

    Parameters
    ----------
    name
        What messages and results call them.
    content
        A graph of OSMnx's shape, not measured yet, or a network that is.

    Attributes
    ----------
    digest
        SHA-256 of the network, or of what the graph's nodes and edges say.
    """

    __slots__ = ("content", "digest")

    content: nx.MultiDiGraph[Any] | WalkNetwork
    digest: str

    def __new__(cls, name: str, content: nx.MultiDiGraph[Any] | WalkNetwork) -> Self:  # noqa: D102 -- said above
        held = super().__new__(cls, name)
        if isinstance(content, WalkNetwork):
            held.content, held.digest = deepcopy(content), content.digest
        else:
            held.content, held.digest = content.copy(), _hash_graph(content)
        return held

    def __eq__(self, other: object) -> bool:
        mine = self.digest, str(self)
        return (other.digest, str(other)) == mine if isinstance(other, HeldStreets) else str(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(str(self))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.content

    def network(self, *, crs: str, min_island_nodes: int, window: Window | None, findings: Findings) -> WalkNetwork:
        """Return the walking network; of a network already measured, itself.

        Parameters
        ----------
        crs, min_island_nodes, window, findings
            As for `read_streets`; only the CRS counts for a network.

        Raises
        ------
        InputError
            When a network is measured in another CRS than `crs`, or a graph cannot be walked.
        """
        if isinstance(self.content, WalkNetwork):
            require_same_crs(self.content, crs, self)
            return self.content
        parts = graph_parts(self.content, file=str(self), window=window, findings=findings)
        return assemble_network(parts, crs=crs, file=str(self), min_island_nodes=min_island_nodes, findings=findings)

    def write(self, folder: Path) -> str:
        """Write them as a file that reads the same; return the file's name."""
        if isinstance(self.content, WalkNetwork):
            path = folder / f"{self}.npz"
            self.content.write(path)
        else:
            path = folder / f"{self}.graphml"
            write_graphml(self.content, path)
        return path.name


def _hash_graph(graph: nx.MultiDiGraph[Any]) -> str:
    digest = hashlib.sha256(f"{graph.is_directed()} {graph.graph.get('crs')}".encode())
    named: list[tuple[tuple[Any, ...], dict[str, Any]]] = [((name,), tags) for name, tags in graph.nodes(data=True)]
    named += [((u, v), tags) for u, v, tags in graph.edges(data=True)]
    for name, tags in named:
        said = sorted((str(key), str(value)) for key, value in list_plain(tags).items())
        digest.update(repr((*map(str, name), said)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
