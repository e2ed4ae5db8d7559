"""INSEE's reference populations of the communes: the municipal one (PMUN), with its year.

The zip holds several tables; ``donnees_communes.csv`` is semicolon-separated with CODDEP, CODCOM, COM, PMUN, PCAP and
PTOT (seen in public code that reads the files of 2017 to 2023). PTOT counts people with a second bond to the commune
twice and is not taken. Paris, Lyon and Marseille may stand there by arrondissement only; Mayotte is not in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geo_access.core.archives import list_members
from geo_access.core.errors import InputError
from geo_access.opendata.source import LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources.reading import decode, read_number, read_rows, write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_access.opendata.source import Workshop

ADDRESS = "https://www.insee.fr/fr/statistiques/fichier/8680726/ensemble.zip"
YEAR = 2023
ITEM = "ensemble.zip"
FILE = "populations.csv"
_MEMBER = "donnees_communes.csv"
#: Communes that INSEE counts by arrondissement: code, first and last arrondissement.
COUNTED_BY_PARTS = {"75056": (75101, 75120), "69123": (69381, 69389), "13055": (13201, 13216)}
_CODES = ("depcom", "codgeo", "codcom5", "insee")
_NAMES = ("com", "commune", "libgeo", "libcom", "nom")


@dataclass(frozen=True)
class PopulationsSource:
    """The populations in force."""

    name: str = "populations"
    after: tuple[str, ...] = ()

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the country's file: there is none by département."""
        del request
        item = Item(
            name=ITEM,
            address=ADDRESS,
            kind="zip",
            max_bytes=50_000_000,
            licence=LICENCE_OUVERTE,
            attribution=f"INSEE, populations de référence {YEAR}",
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write the communes of the département; nothing where the file leaves it out, with a finding."""
        departement, archive = request.departement, files[ITEM]
        names = [name for name in list_members(archive) if PurePosixPath(name).name.lower() == _MEMBER]
        table = workshop.unpack(archive, names[0] if len(names) == 1 else _MEMBER)
        rows = convert(table.read_bytes(), departement.code, table)
        if not rows:
            workshop.findings.add("warning", "sources.populations_none", file=ITEM, name=departement.name, year=YEAR)
            return ()
        write_csv(workshop.draft(FILE), ("insee", "name", "population", "population_year"), rows)
        return (Product(FILE, {"year": YEAR, "column": "PMUN", "communes": len(rows)}, (ITEM,)),)


def convert(data: bytes, departement: str, path: Path) -> list[dict[str, object]]:
    """Read the table of the communes.

    Parameters
    ----------
    data
        The file, UTF-8 or Latin-1.
    departement
        Its communes are returned.
    path
        For messages.

    Returns
    -------
    list of dict
        insee, name, population (int), population_year; by insee. None for a département that the file leaves out.

    Raises
    ------
    InputError
        When a column is missing, PMUN is no number, or a commune stands twice with two figures.
    """
    rows = read_rows(decode(data), path, ("pmun",), delimiter=";")
    found: dict[str, tuple[str, int]] = {}
    for at, row in enumerate(rows):
        code = _read_code(row, path)
        if not code.startswith(departement):
            continue
        value = read_number(row["pmun"])
        if math.isnan(value) or value < 0:
            raise InputError("sources.not_a_number", file=path, row=at + 2, column="PMUN", value=row["pmun"])
        name = next((row[key] for key in _NAMES if row.get(key)), code)
        known = found.setdefault(code, (name, int(value)))
        if known[1] != int(value):
            raise InputError(
                "sources.population_twice", file=path, row=at + 2, insee=code, one=known[1], other=int(value)
            )
    for code, (first, last) in COUNTED_BY_PARTS.items():
        parts = {one: found.pop(one) for one in map(str, range(first, last + 1)) if one in found}
        if parts and code not in found:
            if len(parts) != last - first + 1:
                raise InputError(
                    "sources.arrondissements", file=path, insee=code, found=len(parts), wanted=last - first + 1
                )
            name = {"75056": "Paris", "69123": "Lyon", "13055": "Marseille"}[code]
            found[code] = (name, sum(people for _, people in parts.values()))
    return [
        {"insee": code, "name": name, "population": people, "population_year": YEAR}
        for code, (name, people) in sorted(found.items())
    ]


def whole_commune(code: str) -> str:
    """Return the commune of a municipal arrondissement, and any other code as it is.

    >>> whole_commune("75112")
    '75056'
    """
    if code.isdigit():
        for commune, (first, last) in COUNTED_BY_PARTS.items():
            if first <= int(code) <= last:
                return commune
    return code


def _read_code(row: Mapping[str, str], path: Path) -> str:
    """Return a commune's code of five signs; overseas CODCOM has three digits after the 97."""
    whole = next((row[key] for key in _CODES if row.get(key)), "")
    if whole:
        return whole.zfill(5)
    departement, commune = row.get("coddep") or row.get("dep"), row.get("codcom")
    if not departement or not commune:
        raise InputError(
            "sources.columns_missing", file=path, row=1, missing="CODDEP, CODCOM", found=", ".join(row) or "–"
        )
    commune = commune.zfill(3)
    return commune if len(commune) == 5 else departement.zfill(2)[:2] + commune[-3:]


SOURCE = PopulationsSource()
