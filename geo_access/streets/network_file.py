"""A walking network in a file of a study: arrays that a stranger may have written, so that each is looked at."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo_access.core.errors import InputError
from geo_access.core.limits import MAX_SAID
from geo_access.streets.walkable import WALKABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SUFFIX: Final = ".npz"
#: Members of the file beside the arrays.
WORDS: Final = "words"
_TYPES: Final[dict[str, type[np.generic]]] = {
    "node_id": np.int64, "x": np.float64, "y": np.float64, "lon": np.float64, "lat": np.float64, "tail": np.int32,
    "head": np.int32, "length_m": np.float64, "wheelchair": np.int8, "kind": np.int8, "way_id": np.int64,
    "stops": np.int8, "offsets": np.int64, "line_x": np.float64, "line_y": np.float64, "line_m": np.float64,
}  # fmt: skip
_OF_NODES: Final = ("node_id", "x", "y", "lon", "lat", "passed")
#: What a street has at its tail and at its head.
_OF_ENDS: Final = "stops"
_OF_POINTS: Final = ("line_x", "line_y", "line_m")


def write_arrays(path: Path, words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays and what is said of them into one file."""
    said = json.dumps(dict(words), sort_keys=True)
    everything = {WORDS: np.frombuffer(said.encode(), np.uint8), **arrays}
    np.savez(path, allow_pickle=False, **everything)


def read_arrays(path: Path, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what `write_arrays` wrote: the words, and the arrays of these names.

    Raises
    ------
    InputError
        When the file is damaged or no such file.
    """
    said = SUFFIX
    try:
        with zipfile.ZipFile(path) as archive:
            # What is not packed cannot be larger than the file.
            found = {one.filename: one.compress_type for one in archive.infolist()}
        if found == dict.fromkeys([f"{name}.npy" for name in (WORDS, *names)], zipfile.ZIP_STORED):
            with np.load(path, allow_pickle=False) as file:
                words = json.loads(file[WORDS].tobytes().decode())
                return words, {name: file[name] for name in names}
    except (OSError, ValueError, KeyError, EOFError, RecursionError, MemoryError, zipfile.BadZipFile) as error:
        said = " ".join(str(error).split())[:MAX_SAID] or type(error).__name__
    raise InputError("streets.damaged", file=path, said=said)


def check_arrays(path: Path, words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Refuse a network that contradicts itself: compiled code trusts every number of it.

    Raises
    ------
    InputError
        Names what is wrong.
    """
    fault = _find_fault(words, arrays)
    if fault is not None:
        raise InputError("streets.damaged", file=path, said=fault)


def _find_fault(words: Any, arrays: Mapping[str, NDArray[Any]]) -> str | None:
    said = isinstance(words, dict) and isinstance(words.get("crs"), str) and isinstance(words.get("summary"), dict)
    if not said:
        return WORDS
    for name, array in arrays.items():
        shape = array.shape[:1] + (2,) * (name == _OF_ENDS)
        if array.ndim < 1 or array.shape != shape or array.dtype != np.dtype(_TYPES.get(name, np.bool_)):
            return name
    nodes, streets, points = len(arrays["node_id"]), len(arrays["tail"]), len(arrays["line_x"])
    for name, array in arrays.items():
        size = nodes if name in _OF_NODES else points if name in _OF_POINTS else streets + (name == "offsets")
        if len(array) != size or (array.dtype == np.float64 and not np.isfinite(array).all()):
            return name
    return _find_contradiction(arrays, nodes, points) if streets else "tail"


def _find_contradiction(arrays: Mapping[str, NDArray[Any]], nodes: int, points: int) -> str | None:
    """Name the first array that does not fit the others."""
    offsets, line_m, length_m = arrays["offsets"], arrays["line_m"], arrays["length_m"]
    if offsets[0] != 0 or offsets[-1] != points or (np.diff(offsets) < 2).any():
        return "offsets"
    along = np.diff(line_m)
    along[offsets[1:-1] - 1] = 0
    wrong = {
        "node_id": (np.diff(arrays["node_id"]) <= 0).any(),
        "tail": ((arrays["tail"] < 0) | (arrays["tail"] >= nodes)).any(),
        "head": ((arrays["head"] < 0) | (arrays["head"] >= nodes)).any(),
        "kind": ((arrays["kind"] < 0) | (arrays["kind"] >= len(WALKABLE))).any(),
        "wheelchair": (np.abs(arrays["wheelchair"]) > 1).any(),
        "length_m": (length_m < 0).any(),
        "line_m": (line_m[offsets[:-1]] != 0).any() or (line_m[offsets[1:] - 1] != length_m).any() or (along < 0).any(),
    }
    return next((name for name, bad in wrong.items() if bad), None)
