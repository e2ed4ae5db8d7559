"""Names of streets, as people say them: read of the files that a walking network was read of, when somebody asks.

The network itself keeps none: walks do not depend on them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import osmium

from geo_access.streets.objects import find_format, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_FILE: Final = "street_names.json"
#: Longer names are descriptions.
_LONGEST: Final = 80


def read_street_names(paths: Iterable[Path], ways: NDArray[np.int64]) -> dict[int, str]:
    """Read what ways are called, each in its highest version.

    Parameters
    ----------
    paths
        Files of the study's streets; those that are no OpenStreetMap files have no names.
    ways
        int64: OpenStreetMap's identifiers of the ways that matter.

    Returns
    -------
    dict
        Way -> name, ascending.
    """
    wanted = set(ways.tolist())
    found: dict[int, tuple[int, str]] = {}
    for path in paths:
        if find_format(path) is None:
            continue
        for way in scan(path, osmium.osm.WAY, osmium.filter.KeyFilter("name")):
            if way.id in wanted and way.visible and way.version >= found.get(way.id, (0, ""))[0]:
                name = " ".join(way.tags["name"].split())
                if name and len(name) <= _LONGEST:
                    found[way.id] = way.version, name
    return {way: found[way][1] for way in sorted(found)}


def save_street_names(names: Mapping[int, str], folder: Path) -> None:
    """Write names into a folder that exists."""
    (folder / _FILE).write_text(json.dumps({str(way): name for way, name in names.items()}), encoding="utf-8")


def load_street_names(folder: Path) -> dict[int, str]:
    """Read what `save_street_names` wrote."""
    return {int(way): str(name) for way, name in json.loads((folder / _FILE).read_text(encoding="utf-8")).items()}
