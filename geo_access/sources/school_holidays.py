"""The school calendar, by which a plain day is chosen; makes no file of the study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_access.open_data import LICENCE_OUVERTE, Item, Product, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_access.open_data import Workshop

ADDRESS = "https://data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-calendrier-scolaire/exports/json"
FILE = "school-calendar.json"


@dataclass(frozen=True)
class SchoolHolidays:
    """The calendar of the ministry of education, all zones and years in one file."""

    name: str = "school-holidays"
    after: tuple[str, ...] = ()

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the calendar; without it, wide windows stand in (`school_calendar`)."""
        del request
        item = Item(
            name=FILE,
            address=ADDRESS,
            kind="json",
            max_bytes=20_000_000,
            licence=LICENCE_OUVERTE,
            attribution="Ministère de l’Éducation nationale, calendrier scolaire",
            optional=True,
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Make nothing: the calendar is read where the date is chosen."""
        del request, files, workshop
        return ()


SOURCE = SchoolHolidays()
