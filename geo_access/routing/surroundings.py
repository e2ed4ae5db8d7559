"""What orients around a study's territory, read from its own OpenStreetMap files and kept like its streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo_access.core.cache import make_key
from geo_access.core.findings import Findings
from geo_access.streets.objects import find_format

if TYPE_CHECKING:
    from geo_access.core.cache import Cache
    from geo_access.streets.features import Features
    from geo_access.study.inputs.inputs import Inputs


#: How far around the territory streets are asked for by name (metres).
_STREETS_M: Final = 1_500.0


def fetch_features(inputs: Inputs, cache: Cache) -> Features | None:
    """Read what orients around a study's territory, or take it from the cache; None without OpenStreetMap files.

    Raises
    ------
    InputError
        When a file is missing or damaged, or was written to since the study was read.
    """
    study = inputs.study
    names = tuple(name for name in study.settings.walking.streets if name not in study.held)
    names = tuple(name for name in names if find_format(study.path(name)) is not None)
    if not names:
        return None
    from geo_access.streets.features import Features, frame_around, read_features

    paths, crs = [study.path(name) for name in names], study.settings.crs
    west, south, east, north = (float(bound) for bound in inputs.communes.total_bounds)
    frame = frame_around((west, south, east, north))
    inside = (west - _STREETS_M, south - _STREETS_M, east + _STREETS_M, north + _STREETS_M)

    def read(_: Findings) -> Features:
        features = read_features(paths, crs=crs, frame=frame, streets=inside)
        inputs.require_unchanged(names)
        return features

    return cache.fetch(
        make_key("features", files=inputs.hash_of(names), crs=crs, frame=frame, streets=inside),
        build=read, save=Features.save, load=Features.load, findings=Findings(), files=paths,
    )  # fmt: skip
