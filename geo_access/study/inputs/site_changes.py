"""The sites of a hypothesis: a list of sites as it was read, with what was asked for added, moved, closed or opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.core.crs import WGS84, resolve_crs
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.matching import find_named, listed, nearest_ones
from geo_access.study.inputs.site_checks import SAME_POINT_M
from geo_access.study.inputs.site_vocabulary import KINDS
from geo_access.study.inputs.sites import KIND_FINDINGS, count_open, read_sites
from geo_access.study.inputs.source_table import SourceTable
from geo_access.study.site_edits import PLANNED, SITE_COLUMNS, AddSite, CloseSite, MoveSite, OpenSite
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from geo_access.study.scenario import NamedEdit
    from geo_access.study.settings import Settings
    from geo_access.texts import Language

#: A site moved by less than this (metres) stands where it stood.
_SAME_PLACE_M = 0.01
#: A site farther from every commune than this (kilometres) is a slip of its coordinates.
_TOO_FAR_KM = 50
_NAMED = 5


@dataclass(frozen=True)
class SiteChange:
    """What one edit did, or one of the sites that it named.

    Attributes
    ----------
    scenario
        The name of the scenario file that asks for it; empty for what no file says.
    edit
        ``add_site``, ``move_site``, ``close_site``, ``open_site``.
    site, name, kind
        Of the site; for all planned sites, their ids and names in one text each and the kind ``planned``.
    commune
        Name of the commune that it stands in then, empty outside of all.
    moved_m
        How far it moved (metres).
    """

    scenario: str
    edit: str
    site: str
    name: str
    kind: str
    commune: str = ""
    moved_m: float = 0.0

    @property
    def facts(self) -> dict[str, Any]:
        """What texts say of it in either language."""
        return {"name": self.name, "commune": self.commune, "metres": round(self.moved_m)}

    def code(self, form: str) -> str:
        """Return the text of it: ``did`` in a title, ``found`` in a finding."""
        if self.kind == PLANNED:
            return f"scenario.{form}_open_planned"
        outside = self.edit == "add_site" and not self.commune
        return f"scenario.{form}_{self.edit}" + ("_outside" if outside else "")

    def text(self, language: Language) -> str:
        """Say it in `language`."""
        kind = "" if self.kind == PLANNED else render(f"results.word_{self.kind}", language)
        return render(self.code("did"), language, kind=kind, **self.facts)


def change_sites(
    sites: GeoDataFrame, edits: Sequence[NamedEdit], *, communes: GeoDataFrame, settings: Settings, findings: Findings
) -> tuple[GeoDataFrame, tuple[SiteChange, ...]]:
    """Make the edits of a scenario on the sites, one after the other.

    Parameters
    ----------
    sites
        From `sites.read_sites`, with ``sst`` and ``open`` settled.
    edits
        `Scenario.site_edits`.
    communes
        insee, name, sst, geometry.
    settings
        Of the study: its CRS, date and policy.
    findings
        Takes what each edit did, and what is odd of the sites added.

    Raises
    ------
    InputError
        When a site is not known or stands for several, an id is taken, a kind is none, or an edit changes nothing.
    """
    bench = _Bench(sites, communes, settings, findings)
    waiting: list[NamedEdit] = []
    for named in edits:
        if isinstance(named.edit, AddSite):
            if waiting and (waiting[0].file != named.file or bench.crs_of(waiting[0]) != bench.crs_of(named)):
                bench.add(waiting)
                waiting = []
            waiting.append(named)
            continue
        bench.add(waiting)
        waiting = []
        if isinstance(named.edit, MoveSite):
            bench.move(named, named.edit)
        elif isinstance(named.edit, CloseSite):
            bench.close(named, named.edit)
        elif isinstance(named.edit, OpenSite):
            bench.open(named, named.edit)
    bench.add(waiting)
    for named, change in zip(bench.by, bench.changes, strict=True):
        findings.add("info", change.code("found"), file=_name_file(named), edit=named.label, **change.facts)
    return bench.sites, tuple(bench.changes)


def _name_file(named: NamedEdit) -> str | None:
    """Name the scenario file of an edit; None for what no file says."""
    return named.file if named.scenario else None


class _Bench:
    """The sites while they are changed, and what was done."""

    def __init__(self, sites: GeoDataFrame, communes: GeoDataFrame, settings: Settings, findings: Findings) -> None:
        self.sites, self.communes, self.settings, self.findings = sites.copy(), communes, settings, findings
        self.sst = communes.set_index("insee")["sst"]
        self.names = dict(zip(communes["insee"], communes["name"].astype(str), strict=True))
        self.changes: list[SiteChange] = []
        self.by: list[NamedEdit] = []

    def add(self, edits: Sequence[NamedEdit]) -> None:
        """Add sites that follow each other in one file."""
        if not edits:
            return
        added = self._read(edits, [one.edit.model_dump(include={*SITE_COLUMNS}) for one in edits])
        taken = set(self.sites["site"])
        stated = [one.edit.site for one in edits if isinstance(one.edit, AddSite)]
        ids = []
        for named, own, made in zip(edits, stated, added["site"].tolist(), strict=True):
            if own is not None and own in taken:
                raise self._fault(named, "site_taken", site=own)
            number, site = 2, made
            while site in taken:
                number, site = number + 1, f"{made}-{number}"
            taken.add(site)
            ids.append(site)
        added["site"] = pd.Series(ids, dtype=added["site"].dtype, index=added.index)
        for row, named in enumerate(edits):
            self._warn_of_twin(added.iloc[row], named)
            self._keep(named, added.iloc[row])
        self.sites = self._append(added)

    def _append(self, added: GeoDataFrame) -> GeoDataFrame:
        added["open"] = count_open(added, self.settings.date, planned=self.settings.policy.planned)
        added["sst"] = added["sst"].where(added["sst"].notna(), added["insee"].map(self.sst))
        # No row of the file is theirs.
        added["row"] = 0
        added = added.reindex(columns=self.sites.columns)
        for column in self.sites.columns.drop("geometry"):
            added[column] = added[column].astype(self.sites[column].dtype)
        whole = pd.concat([self.sites, added], ignore_index=True)
        return gpd.GeoDataFrame(whole, geometry="geometry", crs=self.sites.crs)

    def move(self, named: NamedEdit, edit: MoveSite) -> None:
        """Put a site elsewhere; it belongs to the commune that it then stands in, and to that one's SST."""
        at = self._find(named, edit.site)
        was = self.sites.iloc[at]
        there = self._read([named], [{"kind": was["kind"], "name": was["name"], "site": was["site"]}]).iloc[0]
        moved_m = float(there.geometry.distance(was.geometry))
        if moved_m < _SAME_PLACE_M:
            raise self._fault(named, "site_stays", name=was["name"])
        own = was["sst"] if pd.notna(was["sst"]) and was["sst"] != self.sst.get(was["insee"]) else None
        sst = own if own is not None else self.sst.get(there["insee"])
        values = {"insee": there["insee"], "insee_point": there["insee_point"], "sst": sst, "location": None}
        for column, value in values.items():
            cells = self.sites[column].to_numpy(object).copy()
            cells[at] = value
            self.sites[column] = pd.Series(cells, dtype=self.sites[column].dtype, index=self.sites.index)
        points = self.sites.geometry.to_numpy().copy()
        points[at] = there.geometry
        self.sites = self.sites.set_geometry(gpd.GeoSeries(points, crs=self.sites.crs, index=self.sites.index))
        self._keep(named, self.sites.iloc[at], moved_m=moved_m)

    def close(self, named: NamedEdit, edit: CloseSite) -> None:
        """Close sites."""
        for said in edit.site:
            at = self._find(named, said)
            if not bool(self.sites["open"].iloc[at]):
                raise self._fault(named, "site_not_open", name=self.sites["name"].iloc[at])
            self._set(at, status="closed", open=False)
            self._keep(named, self.sites.iloc[at])

    def open(self, named: NamedEdit, edit: OpenSite) -> None:
        """Open sites; those that are planned are open already where the policy says so, and are named."""
        if edit.opens_planned:
            planned = self.sites[(self.sites["status"] == "planned") & self.sites["open"].astype(bool)]
            if not len(planned) or len(edit.site) > 1:
                raise self._fault(named, "none_planned" if not len(planned) else "planned_alone")
            ids, names = (listed(planned[column], limit=_NAMED) for column in ("site", "name"))
            self.changes.append(SiteChange(named.scenario, edit.edit, ids, names, PLANNED))
            self.by.append(named)
            return
        for said in edit.site:
            at = self._find(named, said)
            one = self.sites.iloc[at]
            if bool(one["open"]):
                raise self._fault(named, "site_is_open", name=one["name"])
            on = self.settings.date
            since = None if pd.isna(one["open_from"]) or one["open_from"] > on else one["open_from"]
            until = None if pd.isna(one["open_until"]) or one["open_until"] < on else one["open_until"]
            self._set(at, status="open", open_from=since, open_until=until, open=True)
            self._keep(named, self.sites.iloc[at])

    def _set(self, at: int, **values: object) -> None:
        for column, value in values.items():
            cells = self.sites[column].to_numpy(object).copy()
            cells[at] = value
            self.sites[column] = pd.Series(cells, dtype=self.sites[column].dtype, index=self.sites.index)

    def _find(self, named: NamedEdit, said: str) -> int:
        ids, names = self.sites["site"].astype(str).tolist(), self.sites["name"].astype(str).tolist()
        found = find_named(said, ids, names)
        if len(found) == 1:
            return found[0]
        if found:
            # What tells them apart: their names, or their ids where they bear one name.
            apart = [names[at] if names.count(names[at]) == 1 else f"{names[at]} ({ids[at]})" for at in found]
            raise self._fault(named, "many_sites", said=said, found=listed(apart, limit=8))
        near = nearest_ones(said, names) or names[:3]
        raise self._fault(named, "no_site", said=said, near=", ".join(near))

    def _fault(self, named: NamedEdit, code: str, **facts: Any) -> InputError:
        file = _name_file(named) or self.settings.sites.file
        return InputError(f"scenario.{code}", file=file, edit=named.label, **facts)

    def _keep(self, named: NamedEdit, site: pd.Series[Any], *, moved_m: float = 0.0) -> None:
        where = self.names.get(site["insee_point"], "") if isinstance(site["insee_point"], str) else ""
        kind, label = str(site["kind"]), str(site["name"])
        self.changes.append(SiteChange(named.scenario, named.edit.edit, str(site["site"]), label, kind, where, moved_m))  # type: ignore[union-attr]  # an edit of sites
        self.by.append(named)

    def _warn_of_twin(self, site: pd.Series[Any], named: NamedEdit) -> None:
        alike = self.sites[(self.sites["kind"] == site["kind"]) & self.sites["open"].astype(bool)]
        away = alike.geometry.distance(site.geometry)
        if len(away) and float(away.min()) <= SAME_POINT_M:
            other = str(alike["name"].loc[away.idxmin()])
            self.findings.add(
                "warning",
                "scenario.site_twin",
                file=_name_file(named),
                edit=named.label,
                name=str(site["name"]),
                other=other,
                metres=round(float(away.min())),
            )

    def _read(self, edits: Sequence[NamedEdit], records: list[dict[str, Any]]) -> GeoDataFrame:
        """Read what edits say of sites as a list of sites is read, with its checks."""
        first = edits[0]
        path = Path(f"{first.file} [{first.label.split()[0]}]" if first.scenario else first.label.split()[0])
        found = Findings()
        frame = gpd.GeoDataFrame(
            pd.DataFrame(records).assign(row=[int(one.label.split()[1]) for one in edits]),
            geometry=gpd.points_from_xy(*np.transpose([_list_coordinates(one.edit) for one in edits])),
            crs=resolve_crs(self.crs_of(first)),
        )
        try:
            read = read_sites(
                SourceTable(path, frame, found),
                crs=self.settings.crs,
                communes=self.communes,
                sst=self.sst if self.settings.territory.sst is not None else None,
                kind_words=self.settings.kind_words,
                findings=found,
            )
        except InputError as error:
            if error.code != "places.sites_swapped":
                raise
            raise self._fault(first, "site_swapped", x=error.params["x"], y=error.params["y"]) from error
        for one in found:
            if one.code in KIND_FINDINGS and one.level != "info":
                at = next((edit for edit in edits if edit.label.split()[1] == str(one.row)), first)
                known = ", ".join(dict.fromkeys([*self.settings.kinds, *KINDS]))
                raise self._fault(at, "site_kind", word=one.params.get("word", ""), known=known)
            if one.code == "places.site_far" and one.params["distance_km"] > _TOO_FAR_KM:  # type: ignore[operator]  # a number
                raise InputError(one.code, file=one.file, row=one.row, **one.params)
        self.findings.extend(found)
        return read

    def crs_of(self, named: NamedEdit) -> str:
        """Return the CRS in which an edit says a place."""
        return WGS84 if getattr(named.edit, "lat", None) is not None else named.edit.crs or self.settings.crs  # type: ignore[union-attr]  # it has a place


def _list_coordinates(edit: Any) -> tuple[float, float]:
    return (edit.x, edit.y) if edit.lat is None else (edit.lon, edit.lat)
