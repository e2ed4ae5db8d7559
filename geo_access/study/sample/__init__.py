"""The embedded sample: an invented territory with real file formats, and what draws it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from geo_access.study.sample.town import write_town

__all__ = ["check_town_size", "sample_folder", "write_town"]

#: A hundred islands, 1,200 communes and 6 million people are more than anything is tried on.
_LARGEST = 100.0


def sample_folder() -> Path:
    """Return the folder of the shipped study, which holds `study.toml`."""
    return Path(__file__).parent / "archipel"


def check_town_size(size: float) -> None:
    """Refuse a size that no territory has: none, less than nothing, beyond a hundred islands, not a number."""
    if not 0 < size <= _LARGEST:
        raise InputError("commands.sample_size", size=f"{size:g}", most=_LARGEST)


def __getattr__(name: str) -> Any:
    # The generator loads pyproj; who only reads the shipped study does not need it.
    if name == "write_town":
        from geo_access.study.sample.town import write_town

        return write_town
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
