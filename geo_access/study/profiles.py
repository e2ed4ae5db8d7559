"""Who walks: the profiles of walkers and what each may use."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Profile:
    """A kind of walker.

    Attributes
    ----------
    name
        Key in `PROFILES`; its label is the text ``study.profile_<name>``.
    speed_kmh
        Walking speed (kilometres per hour).
    steps
        Whether stairs may be used.
    wheelchair
        Whether only accessible ways, stops and trips may be used.
    """

    name: str
    speed_kmh: float
    steps: bool = True
    wheelchair: bool = False


#: The four profiles of the design. 4.8 and 3.6 km/h are conventions of the field, not measurements.
PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "adult": Profile("adult", 4.8),
        "stroller": Profile("stroller", 3.6, steps=False),
        "wheelchair": Profile("wheelchair", 3.6, steps=False, wheelchair=True),
        "senior": Profile("senior", 3.2),
    }
)
