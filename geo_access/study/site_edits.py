"""Sites that are not there, or not so, today: what an option, a scenario file or a caller may say of them.

Edits are kept as they were said, in the order in which they were said; `inputs.site_changes` makes them when the sites
have been read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.matching import fold
from geo_access.texts import Language, render

#: What `open_site` says for all sites that are planned.
PLANNED: Final = "planned"


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_date(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_as_list), Field(min_length=1)]
Day = Annotated[str, BeforeValidator(_as_date)]


class _SiteEdit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)


class _Placed(_SiteEdit):
    """Where: ``lat`` and ``lon`` in degrees, or ``x`` and ``y`` in a ``crs`` (the study's by default)."""

    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    x: float | None = None
    y: float | None = None
    crs: str | None = None

    @model_validator(mode="after")
    def _check_point(self) -> _Placed:
        degrees, metres = (self.lat, self.lon), (self.x, self.y)
        whole = [None not in pair for pair in (degrees, metres)]
        begun = [any(one is not None for one in pair) for pair in (degrees, metres)]
        if whole != begun or sum(whole) != 1 or (self.crs is not None and not whole[1]):
            message = "point"
            raise ValueError(message)
        return self


class AddSite(_Placed):
    """One more site: its ``kind``, where it stands, and what else a list of sites says of one."""

    edit: Literal["add_site"] = "add_site"
    kind: str = Field(min_length=1)
    name: str | None = None
    site: str | None = None
    status: str | None = None
    open_from: Day | None = None
    open_until: Day | None = None
    hours: str | None = None
    dates: str | None = None
    sst: str | None = None
    operator: str | None = None
    address: str | None = None
    label: str | None = None


class MoveSite(_Placed):
    """A site (its name or id) stands elsewhere."""

    edit: Literal["move_site"] = "move_site"
    site: str = Field(min_length=1)


class CloseSite(_SiteEdit):
    """Sites (names or ids) that count on the study's date do not."""

    edit: Literal["close_site"] = "close_site"
    site: Names


class OpenSite(_SiteEdit):
    """Sites (names or ids) count whatever their status and dates; ``planned``: all that are planned."""

    edit: Literal["open_site"] = "open_site"
    site: Names

    @property
    def opens_planned(self) -> bool:
        """Whether it opens the planned sites."""
        return PLANNED in self.site


SiteEdit = AddSite | MoveSite | CloseSite | OpenSite
#: An edit as the settings keep it: its kind stands in it.
StatedEdit = Annotated[SiteEdit, Field(discriminator="edit")]
SITE_EDITS: Final[dict[str, type[SiteEdit]]] = {
    "add_site": AddSite, "move_site": MoveSite, "close_site": CloseSite, "open_site": OpenSite,
}  # fmt: skip
_DEGREES: Final = (("lat", "latitude"), ("lon", "lng", "longitude"))
#: The columns of a list of sites that an added site may fill.
SITE_COLUMNS: Final = tuple(
    name for name in AddSite.model_fields if name not in {"edit", "lat", "lon", "x", "y", "crs"}
)


def describe_edit(edit: Any, language: Language) -> str:
    """Say an edit as it was asked for, before any site is looked up."""
    if isinstance(edit, AddSite):
        return render("scenario.asks_add_site", language, name=edit.name or edit.kind)
    name = edit.site if isinstance(edit, MoveSite) else ", ".join(edit.site)
    return render(f"scenario.asks_{edit.edit}", language, name=name)


# From Python


def list_added(sites: Any, kind: str | None) -> list[dict[str, Any]]:
    """Return sites to add as edits.

    Parameters
    ----------
    sites
        Points with a CRS, a table with lat and lon, or mappings with ``lat`` and ``lon``; each with the columns of a
        list of sites, of which only the kind is needed.
    kind
        The kind of those that state none.

    Raises
    ------
    InputError
        When there are none, they are no points, have no CRS or no kind.
    """
    if hasattr(sites, "columns"):
        records = _list_records(sites)
    elif isinstance(sites, Iterable) and not isinstance(sites, (str, bytes, Mapping)):
        records = list(sites)
    else:
        raise InputError("scenario.sites_wanted")
    if not records:
        raise InputError("scenario.no_sites")
    edits = []
    for number, record in enumerate(records, start=1):
        if not isinstance(record, Mapping):
            raise InputError("scenario.sites_wanted")
        said = {str(name): _plain(value) for name, value in record.items()}
        said = {name: value for name, value in said.items() if value is not None}
        if "geometry" in said:
            said |= take_point(said.pop("geometry"))
        said.setdefault("kind", kind)
        if said["kind"] is None:
            raise InputError("scenario.site_without_kind", number=number)
        edits.append({"edit": "add_site", **said})
    return edits


def _plain(value: Any) -> Any:
    """Return a value of a table as a plain Python value; what is missing as None."""
    if hasattr(value, "item"):
        value = value.item()
    missing = value is None or value != value or type(value).__name__ in {"NAType", "NaTType"}
    return None if missing else value.date().isoformat() if isinstance(value, dt.datetime) else value


def _list_records(sites: Any) -> list[dict[str, Any]]:
    from geo_access.study.inputs.columns import SITES
    from geo_access.study.inputs.source_table import SourceTable

    source = SourceTable(Path("with_sites"), sites.assign(row=range(2, len(sites) + 2)), Findings())
    known = [column for column in SITES.columns if column.name in SITE_COLUMNS and source.heading(column) is not None]
    said: dict[str, list[Any]] = {column.name: source.read_texts(column) for column in known}
    said |= _list_points(sites)
    return [{name: values[row] for name, values in said.items()} for row in range(len(sites))]


def _list_points(sites: Any) -> dict[str, list[Any]]:
    if not hasattr(sites, "geometry"):
        names = {fold(str(name)): name for name in sites.columns}
        found = [next((names[word] for word in words if word in names), None) for words in _DEGREES]
        if None in found:
            raise InputError("scenario.sites_wanted")
        return {key: [_plain(one) for one in sites[name]] for key, name in zip(("lat", "lon"), found, strict=True)}
    if sites.crs is None:
        raise InputError("queries.no_crs")
    kinds = set(sites.geom_type.dropna()) - {"Point"}
    if kinds or sites.geometry.isna().any() or sites.geometry.is_empty.any():
        raise InputError("queries.not_points", found=", ".join(sorted(kinds)) or "–")
    x, y = sites.geometry.x.tolist(), sites.geometry.y.tolist()
    if sites.crs.to_epsg() == 4326:
        return {"lat": y, "lon": x}
    return {"x": x, "y": y, "crs": [sites.crs.to_string()] * len(x)}


def take_point(point: Any) -> dict[str, Any]:
    """Return a place as the fields of an edit.

    Parameters
    ----------
    point
        (lat, lon) or ``{"lat": ..., "lon": ...}`` in degrees; one point with a CRS (GeoSeries, GeoDataFrame); or a
        shapely Point, of longitude and latitude where it can be one, else in the study's CRS.

    Raises
    ------
    InputError
        When it is none of these, or more than one point.
    """
    if isinstance(point, Mapping):
        return dict(point)
    import shapely

    if isinstance(point, shapely.Point) and not point.is_empty:
        x, y = float(point.x), float(point.y)
        return {"lat": y, "lon": x} if abs(x) <= 180 and abs(y) <= 90 else {"x": x, "y": y}
    if hasattr(point, "geometry"):
        if len(point) != 1:
            raise InputError("scenario.point_wanted")
        return {name: values[0] for name, values in _list_points(point).items()}
    if isinstance(point, Iterable) and not isinstance(point, (str, bytes)):
        pair = [_plain(one) for one in point]
        if len(pair) == 2 and all(isinstance(one, (int, float)) for one in pair):
            return {"lat": pair[0], "lon": pair[1]}
    raise InputError("scenario.point_wanted")


def take_names(names: Any) -> list[str]:
    """Return names or ids of sites as a list.

    Raises
    ------
    InputError
        When there is none, or one is no text.
    """
    listed = [names] if isinstance(names, str) else list(names) if isinstance(names, Iterable) else [names]
    if not listed or not all(isinstance(name, str) and name.strip() for name in listed):
        raise InputError("scenario.names_wanted")
    return [str(name) for name in listed]


# From the command line


def read_added(said: str) -> dict[str, Any]:
    """Read ``KIND@LAT,LON`` or ``KIND@LAT,LON=NAME`` ("pole@48.80,2.26=Pôle de la gare")."""
    where, equals, name = said.partition("=")
    kind, at, place = where.partition("@")
    if not at or not kind.strip() or (equals and not name.strip()):
        raise InputError("scenario.wrong_added", said=said)
    edit = {"edit": "add_site", "kind": kind.strip(), **_read_place(place, "scenario.wrong_added", said)}
    return {**edit, "name": name.strip()} if equals else edit


def read_moved(said: str) -> dict[str, Any]:
    """Read ``SITE@LAT,LON``; the last @ counts, for names that hold one."""
    name, at, place = said.rpartition("@")
    if not at or not name.strip():
        raise InputError("scenario.wrong_moved", said=said)
    return {"edit": "move_site", "site": name.strip(), **_read_place(place, "scenario.wrong_moved", said)}


def _read_place(place: str, code: str, said: str) -> dict[str, float]:
    try:
        lat, lon = (float(part) for part in place.split(","))
    except ValueError:
        raise InputError(code, said=said) from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise InputError(code, said=said)
    return {"lat": lat, "lon": lon}
