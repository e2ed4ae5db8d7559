"""What there is to download: an address, what must come, under which terms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["json", "geojson", "csv", "zip", "pbf", "gpkg", "parquet", "xml", "any"]


@dataclass(frozen=True)
class Licence:
    """The terms of a download: a name, and the page with its text."""

    name: str
    address: str


LICENCE_OUVERTE = Licence("Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
ODBL = Licence("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/")
LICENCE_MOBILITES = Licence("Licence Mobilités", "https://wiki.lafabriquedesmobilites.fr/wiki/Licence_Mobilit%C3%A9s")


@dataclass(frozen=True)
class Item:
    """One thing to download.

    Attributes
    ----------
    name
        Unique in its source: ``"communes.json"``; its ending tells readers the format.
    address
        The public https address.
    kind
        What must come: told by the first bytes, not by the address.
    max_bytes
        Refuse more.
    licence, attribution
        Its terms, and whom to credit.
    sha256
        Of its bytes, where the source publishes it.
    body, body_type
        What to POST, and its Content-Type; None: a GET.
    optional
        A failure is a finding and the file is left out, instead of failing the source.
    """

    name: str
    address: str
    kind: Kind
    max_bytes: int
    licence: Licence
    attribution: str
    sha256: str | None = None
    body: bytes | None = None
    body_type: str = ""
    optional: bool = False


def body_hash(item: Item) -> str | None:
    """SHA-256 of what an item sends along; None where it sends nothing."""
    return None if item.body is None else hashlib.sha256(item.body).hexdigest()
