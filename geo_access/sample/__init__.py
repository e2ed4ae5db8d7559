"""The embedded sample: an invented territory with real file formats, and what draws it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_access.sample.town import write_town

__all__ = ["sample_folder", "write_town"]


def sample_folder() -> Path:
    """Return the folder of the shipped study, which holds `study.toml`."""
    return Path(__file__).parent / "archipel"


def __getattr__(name: str) -> Any:
    # The generator loads pyproj; who only reads the shipped study does not need it.
    if name == "write_town":
        from geo_access.sample.town import write_town

        return write_town
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
