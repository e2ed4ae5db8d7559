"""A verdict beside one that was kept: who is served less well since, and who better.

A kept result is what `check --format json` wrote earlier. What is compared is each commune's share of residents served;
a change within the tolerance is none, so that a timetable republished every week does not turn a pipeline red. The
kept result stays what it was, so that small losses cannot add up unseen.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 -- pydantic reads the annotations when it runs
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo_access.core import limits
from geo_access.core.errors import InputError
from geo_access.core.formats import format_count, format_date, format_number, format_share, read_number
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: What of a rule makes it another rule. Its quote and source are words, not measures.
_RULE_KEYS = ("kinds", "mode", "operator", "minutes", "pool", "profile", "weight")
#: How the times were measured; compared where the kept result says it.
_MEASURE_KEYS = ("walking", "detour", "profile", "speed_kmh", "limits_min", "boarding", "departures", "weight")
#: Shares are written with six decimals; binary fractions must not make a tolerance fail by a hair.
_HAIR = 1e-9
_MOST_EXAMPLES = 5


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class _KeptCommune(_Kept):
    insee: str
    name: str
    residents: float = Field(ge=0)
    share: float | None = Field(ge=0, le=1)
    beyond: float = Field(ge=0)
    unsnapped: float = Field(ge=0)


class _KeptRule(_Kept):
    kinds: list[str]
    mode: str
    operator: str
    minutes: float
    pool: str
    profile: str | None = None
    weight: str | None = None


class _KeptTarget(_Kept):
    pole: _KeptRule
    antenna: _KeptRule
    required_share: float
    departures_required: float


class _KeptTotal(_Kept):
    residents: float = Field(ge=0)
    share: float | None = Field(ge=0, le=1)


class _KeptInput(_Kept):
    file: str
    sha256: str


class _KeptResult(_Kept):
    date: dt.date = Field(strict=False)
    preset: str
    target: _KeptTarget
    total: _KeptTotal
    communes: list[_KeptCommune] = Field(min_length=1)
    inputs: list[_KeptInput] = []


@dataclass(frozen=True)
class Baseline:
    """A kept result, read and checked.

    Attributes
    ----------
    file
        The file, as the user named it.
    document
        The whole document, as it was written.
    communes
        Its communes by INSEE code.
    """

    file: str
    document: Mapping[str, Any]
    communes: Mapping[str, _KeptCommune]


@dataclass(frozen=True)
class Change:
    """What became of one commune: shares served (0 to 1) and residents not served, before and after."""

    insee: str
    name: str
    residents: float
    before: float
    after: float
    missed_before: float
    missed_after: float

    @property
    def points(self) -> float:
        """The change of the share, in share points (0.01 is one percentage point), below 0 for a loss."""
        return self.after - self.before


@dataclass(frozen=True)
class BaselineComparison:
    """A verdict beside a kept one.

    Attributes
    ----------
    file, date
        The kept result: its file, and the day that it studied (ISO).
    tolerance
        Share points that a commune may lose without being worse off.
    worse, better
        Communes whose share changed by more than the tolerance, the most residents lost or gained first.
    steady
        The other communes that have residents, by INSEE code.
    total_before, total_after
        Share of all residents served.
    changed_inputs
        Files of the study whose content is not what it was, or that only one of the two has.
    """

    file: str
    date: str
    tolerance: float
    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    steady: tuple[Change, ...]
    total_before: float | None
    total_after: float | None
    changed_inputs: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether nobody got worse."""
        return not self.worse


def read_baseline(path: Path | str) -> Baseline:
    """Read a kept result.

    Raises
    ------
    InputError
        When the file is missing, cannot be read, or is no (whole) result of `check --format json`.
    """
    file = str(path)
    try:
        document = limits.parse_json(limits.read_text(Path(path)), file=file)
        limits.check_values(document, file=file, finite=True)
        kept = _KeptResult.model_validate(document)
    except FileNotFoundError:
        raise InputError("reports.baseline_missing", file=file) from None
    except OSError as error:
        raise InputError(
            "reports.baseline_unreadable", file=file, said=error.strerror or type(error).__name__
        ) from None
    except UnicodeDecodeError:
        raise InputError("reports.baseline_damaged", file=file, said="UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError("reports.baseline_damaged", file=file, row=error.lineno, said=error.msg) from None
    except RecursionError:
        raise InputError("reports.baseline_damaged", file=file, said="JSON") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = f"{where}: {first['msg']}" if where else str(first["msg"])
        raise InputError("reports.baseline_damaged", file=file, said=said) from None
    communes = {commune.insee: commune for commune in kept.communes}
    if len(communes) < len(kept.communes):
        raise InputError("reports.baseline_damaged", file=file, said="communes: insee")
    return Baseline(file, document, communes)


def compare_with_baseline(coverage: Coverage, baseline: Baseline, *, tolerance: float) -> BaselineComparison:
    """Compare a verdict with a kept one, commune by commune.

    Parameters
    ----------
    coverage
        What `check` returns.
    baseline
        From `read_baseline`.
    tolerance
        Share points (0.001 is 0.1 percentage point) that a commune may lose.

    Raises
    ------
    InputError
        When the two cannot be compared: another preset or target, times measured otherwise, other communes, residents
        on one side only.
    """
    _require_same_measure(coverage.summary, baseline)
    rows = {row["insee"]: row for row in coverage.summary["communes"]}
    _require_same_communes(rows, baseline)
    changes = [_compare(rows[insee], baseline.communes[insee]) for insee in sorted(rows)]
    known = [change for change in changes if change is not None]
    worse = [change for change in known if change.points < -tolerance - _HAIR]
    better = [change for change in known if change.points > tolerance + _HAIR]
    steady = [change for change in known if abs(change.points) <= tolerance + _HAIR]
    worse.sort(key=lambda change: (change.points * change.residents, change.insee))
    better.sort(key=lambda change: (-change.points * change.residents, change.insee))
    return BaselineComparison(
        file=baseline.file,
        date=str(baseline.document["date"]),
        tolerance=tolerance,
        worse=tuple(worse),
        better=tuple(better),
        steady=tuple(steady),
        total_before=read_number(baseline.document["total"]["share"]),
        total_after=read_number(coverage.summary["total"]["share"]),
        changed_inputs=_list_changed_inputs(coverage.summary, baseline),
    )


def _list_changed_inputs(summary: Mapping[str, Any], baseline: Baseline) -> tuple[str, ...]:
    before, after = (
        {entry["file"]: entry["sha256"] for entry in document.get("inputs", ())}
        for document in (baseline.document, summary)
    )
    return tuple(name for name in dict.fromkeys([*after, *before]) if before.get(name) != after.get(name))


def _compare(row: Mapping[str, Any], kept: _KeptCommune) -> Change | None:
    after = read_number(row["share"])
    if kept.share is None or after is None:
        return None
    return Change(
        insee=kept.insee,
        name=str(row["name"]),
        residents=float(row["residents"]),
        before=kept.share,
        after=after,
        missed_before=kept.beyond + kept.unsnapped,
        missed_after=float(row["beyond"]) + float(row["unsnapped"]),
    )


def _require_same_measure(summary: Mapping[str, Any], baseline: Baseline) -> None:
    kept = baseline.document
    pairs: list[tuple[str, Any, Any]] = [("preset", kept["preset"], summary["preset"])]
    for rule in ("pole", "antenna"):
        pairs += [
            (f"target.{rule}.{key}", kept["target"][rule].get(key), summary["target"][rule].get(key))
            for key in _RULE_KEYS
        ]
    pairs += [
        (f"target.{key}", kept["target"][key], summary["target"][key])
        for key in ("required_share", "departures_required", "counting")
        if key in kept["target"]
    ]
    pairs += [(key, kept[key], summary.get(key)) for key in _MEASURE_KEYS if key in kept]
    differences = [
        f"{name}: {json.dumps(before, ensure_ascii=False)} → {json.dumps(after, ensure_ascii=False)}"
        for name, before, after in pairs
        if _listed(before) != _listed(after)
    ]
    if differences:
        raise InputError("reports.baseline_other_target", file=baseline.file, differences="; ".join(differences))


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _require_same_communes(rows: Mapping[str, Mapping[str, Any]], baseline: Baseline) -> None:
    kept, studied = baseline.communes, rows
    names = {insee: str(row["name"]) for insee, row in studied.items()} | {code: row.name for code, row in kept.items()}
    lonely = [f"{names[insee]} ({insee})" for insee in sorted(set(kept) ^ set(studied))]
    if lonely:
        raise InputError("reports.baseline_other_communes", file=baseline.file, names=_name(lonely))
    one_sided = [
        f"{kept[insee].name} ({insee})"
        for insee in sorted(kept)
        if (kept[insee].share is None) != (read_number(studied[insee]["share"]) is None)
    ]
    if one_sided:
        raise InputError("reports.baseline_other_residents", file=baseline.file, names=_name(one_sided))


def _name(names: list[str]) -> str:
    """Name the first few of a list."""
    return ", ".join(names[:_MOST_EXAMPLES]) + (
        f", … (+{len(names) - _MOST_EXAMPLES})" if names[_MOST_EXAMPLES:] else ""
    )


def list_changes(comparison: BaselineComparison, language: Language) -> list[str]:
    """Say the comparison, a line each: with what, the verdict, who got worse, who got better, how many stayed."""
    tolerance = format_number(comparison.tolerance * 100, language, decimals=4)
    date = format_date(comparison.date, language)
    lines = [render("reports.baseline", language, file=comparison.file, date=date, tolerance=tolerance)]
    if comparison.passes:
        lines.append(render("reports.baseline_held", language))
    for name, changes in (("worse", comparison.worse), ("better", comparison.better)):
        if changes:
            lines.append(render(f"reports.baseline_{name}", language, count=len(changes)))
            lines += [f"- {format_change(change, language)}" for change in changes]
    lines.append(render("reports.baseline_steady", language, count=len(comparison.steady)))
    before, after = (format_share(share, language) for share in (comparison.total_before, comparison.total_after))
    lines.append(render("reports.baseline_total", language, before=before, after=after))
    if comparison.changed_inputs:
        lines.append(render("reports.baseline_inputs", language, names=", ".join(comparison.changed_inputs)))
    return lines


def format_change(change: Change, language: Language) -> str:
    """Say what became of one commune: the share, the points, the residents not served."""
    points = format_number(abs(change.points) * 100, language, decimals=2)
    sign = "\u2212" if change.points < 0 else "+"
    return render(
        "reports.baseline_change",
        language,
        name=change.name,
        insee=change.insee,
        before=format_share(change.before, language),
        after=format_share(change.after, language),
        points=f"<\u00a0{sign}{format_number(0.01, language, decimals=2)}" if points == "0" else sign + points,
        missed_before=format_count(change.missed_before, language),
        missed_after=format_count(change.missed_after, language),
    )


def to_baseline_document(comparison: BaselineComparison) -> dict[str, Any]:
    """Return the comparison as JSON values: what `check --format json --baseline` writes under ``baseline``."""
    return {
        "file": comparison.file,
        "date": comparison.date,
        "tolerance": comparison.tolerance,
        "passes": comparison.passes,
        "total": {"before": comparison.total_before, "after": comparison.total_after},
        "worse": _describe(comparison.worse),
        "better": _describe(comparison.better),
        "steady": len(comparison.steady),
        "changed_inputs": list(comparison.changed_inputs),
    }


def _describe(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {
            "insee": change.insee,
            "name": change.name,
            "residents": change.residents,
            "share_before": change.before,
            "share_after": change.after,
            "points": round(change.points, 6),
            "not_served_before": round(change.missed_before, 2),
            "not_served_after": round(change.missed_after, 2),
        }
        for change in changes
    ]
