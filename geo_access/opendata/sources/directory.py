"""PMI, and what is called a house of solidarity, in the directory of public services (service-public.gouv.fr, DILA).

The export is a list of records; ``adresse``, ``telephone`` and ``pivot`` are JSON inside strings (seen in public code
that reads it: ``pivot`` is a string with a list of objects of type_service_local and code_insee_commune), which other
records of the same API give as plain JSON, or leave out. An address has numero_voie, code_postal, nom_commune,
longitude and latitude. Under which type it lists a département's own social services was not seen: a record whose name
is that of one (pôle social, maison des solidarités, centre médico-social) is taken for a pôle to be checked.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from geo_access.core.errors import InputError
from geo_access.core.matching import fold
from geo_access.opendata.sources.populations import whole_commune
from geo_access.opendata.sources.reading import PMI_PIVOT, Place, read_json, read_number, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.opendata.departements import Departement

_POLE = re.compile(
    r"\b(poles? (social|sociaux|des solidarites|de solidarite)"
    r"|maisons? (departementales? )?(des solidarites|de la solidarite|de solidarite)"
    r"|centres? (departemental |departementaux )?(medico social|medico sociaux|d action medico sociale|des solidarites)"
    r"|services? des solidarites territoriales|unites? territoriales? d action sociale)\b"
)
#: What a commune or an association runs is no pôle of the département, whatever its name.
_OTHERS = {"mairie", "ccas", "epci", "france_services", "msap", "centre_social"}


def read_directory(path: Path, departement: Departement) -> list[Place]:
    """Read the PMI of a département, and what its name says to be a pôle.

    Raises
    ------
    InputError
        When it is no list of records, or the records have none of the fields.
    """
    content = read_json(path)
    records = content.get("results") if isinstance(content, dict) else content
    if not isinstance(records, list):
        raise InputError("sources.directory_shape", file=path, found=type(content).__name__)
    places: dict[str, Place] = {}
    for at, record in enumerate(records):
        if not isinstance(record, dict) or "pivot" not in record or "nom" not in record:
            found = ", ".join(record) if isinstance(record, dict) else type(record).__name__
            raise InputError("sources.columns_missing", file=path, row=at + 2, missing="nom, pivot", found=found)
        pivots = [one for one in unfold(record["pivot"], path, at + 2) if isinstance(one, dict)]
        types = {text_of(one.get("type_service_local")) for one in pivots}
        is_pole = _POLE.search(fold(text_of(record["nom"]))) is not None and not types & _OTHERS
        if PMI_PIVOT not in types and not is_pole:
            continue
        codes = [text_of(record.get("code_insee_commune"))]
        codes += [text_of(code) for one in pivots for code in one.get("code_insee_commune") or ()]
        insee = next((code for code in codes if departement.holds(code)), "")
        if not insee:
            continue
        every = [one for one in unfold(record.get("adresse"), path, at + 2) if isinstance(one, dict)]
        where = next((one for one in every if text_of(one.get("type_adresse")).lower() == "adresse"), None)
        where = where or (every[0] if every else {})
        phones = [one for one in unfold(record.get("telephone"), path, at + 2) if isinstance(one, dict)]
        key = text_of(record.get("id")) or f"row-{at + 2}"
        places[key] = Place(
            origin="annuaire",
            key=key,
            name=text_of(record["nom"]),
            address=text_of(where.get("numero_voie")),
            postcode=text_of(where.get("code_postal")),
            commune=text_of(where.get("nom_commune")),
            insee=whole_commune(insee),
            phone=text_of(phones[0].get("valeur")) if phones else "",
            x=read_number(where.get("longitude")),
            y=read_number(where.get("latitude")),
            updated=text_of(record.get("date_modification"))[:10],
            kind="pmi" if PMI_PIVOT in types else "pole",
        )
    return [places[key] for key in sorted(places)]


def unfold(said: object, path: Path, row: int) -> list[Any]:
    """Return a list that may stand as JSON inside a string; empty for none."""
    if isinstance(said, str):
        if not said.strip():
            return []
        try:
            said = json.loads(said)
        except json.JSONDecodeError as error:
            raise InputError("sources.json_broken", file=path, line=row, said=error.msg) from error
    if said is None:
        return []
    return said if isinstance(said, list) else [said]


SERVICE_ADDRESS = (
    "https://api-lannuaire.service-public.gouv.fr/api/explore/v2.1/catalog/datasets/api-lannuaire-administration"
    "/exports/json?where=startswith(code_insee_commune,%22{code}%22)"
)
