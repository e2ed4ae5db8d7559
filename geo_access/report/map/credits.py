"""Who is credited for the streets and the ground of a map: nobody for a territory that is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.texts import Language

#: What says in the head of a file of streets that `geo-access sample` made them up.
_INVENTED: Final = b'generator="geo-access sample"'
_HEAD_BYTES: Final = 400


def is_invented(times: TravelTimes | None) -> bool:
    """Say whether all streets of a study come from files that say they are made up."""
    if times is None:
        return False
    study = times.inputs.study
    names = [name for name in study.settings.walking.streets if name not in study.held]
    if not names:
        return False
    for name in names:
        try:
            with study.path(name).open("rb") as file:
                head = file.read(_HEAD_BYTES)
        except OSError:
            return False
        if _INVENTED not in head:
            return False
    return True


def credit_ground(times: TravelTimes | None, language: Language) -> str:
    """Return what a corner of the map says of its ground: whose it is, or that the territory is fictional."""
    return render("maps.ground_invented" if is_invented(times) else "maps.ground_credit", language)
