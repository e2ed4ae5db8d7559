"""The command of a case: mostly `check --format json`, else one of the others, with options that may be wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fuzzing.mutations import list_keys
from fuzzing.values import draw_number, draw_text

if TYPE_CHECKING:
    from random import Random

#: How often each command is drawn.
WEIGHTS = {
    "check": 60, "map": 3, "explain": 6, "compare": 4, "place": 5, "redraw": 4, "caravan": 5, "fairness": 4, "times": 4,
    "export": 2, "inspect": 4, "brief": 1, "fetch": 1, "robustness": 1, "draws": 1,
}  # fmt: skip
_SET = (
    "departures.from=08:30",
    "policy.pole.pool=own_sst",
    "territory.sst.column=sst_after",
    "walking.speed_kmh=4",
    "date=2024-05-01",
)


@dataclass
class Call:
    """One command.

    Attributes
    ----------
    command
        Its name.
    args
        The command line; STUDY and OUT stand for the folders of the study and of outputs.
    outputs
        What it must leave in OUT when it ends well; a name that ends in "/" is a folder.
    beside
        A file of the study that the command line names.
    """

    command: str
    args: list[str]
    outputs: list[str] = field(default_factory=list)
    beside: str | None = None

    @property
    def form(self) -> str:
        """The value of --format."""
        return self.args[self.args.index("--format") + 1] if "--format" in self.args else "table"


def draw_call(rng: Random, commands: list[str] | None = None) -> Call:
    """Draw a command and its options."""
    names = commands or list(WEIGHTS)
    command = rng.choices(names, [WEIGHTS.get(name, 1) for name in names])[0]
    call = Call(command, [command, "STUDY", "--quiet"])
    _DRAW[command](call, rng)
    if command not in ("fetch", "compare"):
        if rng.random() < 0.08:
            call.args += ["--set", _draw_change(rng)]
        if rng.random() < 0.05:
            call.args += ["--zoning", rng.choice(("sst_after", "sst_after", draw_text(rng)))]
        if rng.random() < 0.03:
            call.args += ["--preset", rng.choice(("discours-2023-06", draw_text(rng)))]
        if rng.random() < 0.06:
            call.args += ["--scenario", "STUDY/scenario.toml"]
            call.beside = call.beside or "scenario.toml"
    if rng.random() < 0.3:
        call.args += ["--lang", "en"]
    if rng.random() < 0.1 and command != "fetch":
        call.args.append("--no-cache")
    # The operating system takes no NUL in an argument.
    call.args = [one.replace("\x00", "") for one in call.args]
    return call


def _draw_change(rng: Random) -> str:
    how = rng.random()
    if how < 0.5:
        return rng.choice(_SET)
    value = str(draw_number(rng)) if rng.random() < 0.5 else draw_text(rng)
    return f"{rng.choice(list_keys())}={value}" if how < 0.95 else draw_text(rng)


def _write_to(call: Call, option: str, name: str) -> None:
    call.args += [option, f"OUT/{name}"]
    call.outputs.append(name)


def _number(rng: Random, right: tuple[object, ...]) -> str:
    return str(rng.choice(right) if rng.random() < 0.85 else draw_number(rng))


def _check(call: Call, rng: Random) -> None:
    how = rng.random()
    form = "json" if how < 0.75 else rng.choice(("table", "junit", "github", "markdown", "csv"))
    call.args += ["--format", form]
    if how < 0.1 or rng.random() < 0.05:
        call.args += ["--baseline", "STUDY/kept.json"]
        call.beside = "kept.json"
        if rng.random() < 0.3:
            call.args += ["--tolerance", _number(rng, (0, 0.01))]
    elif rng.random() < 0.05:
        _write_to(call, "--map", "map.html")
    if rng.random() < 0.2:
        endings = {"table": "txt", "json": "json", "junit": "xml", "github": "txt", "markdown": "md", "csv": "csv"}
        _write_to(call, "--output", f"result.{endings[form]}")


def _robustness(call: Call, rng: Random) -> None:
    call.args += ["--format", rng.choice(("table", "json", "csv"))]
    if rng.random() < 0.3:
        call.args += ["--seed", _number(rng, (1, 2))]
    if rng.random() < 0.3:
        _write_to(call, "--map", "robustness.html")


def _draws(call: Call, rng: Random) -> None:
    # More draws are more work, which is what is asked for.
    count = rng.choice(("2", "3", "3", "3", "1", "0", "-1", "nan", "9" * 19, "²"))
    call.args += ["--count", count, "--format", rng.choice(("table", "json", "csv"))]
    if rng.random() < 0.3:
        call.args += ["--seed", _number(rng, (1, 2))]


def _map(call: Call, rng: Random) -> None:
    _write_to(call, "--output", "map.html")
    if rng.random() < 0.1:
        call.args += ["--tiles", rng.choice(("OpenStreetMap", draw_text(rng)))]


def _brief(call: Call, rng: Random) -> None:
    if rng.random() < 0.3:
        call.args.append("--all")
        _write_to(call, "--output", "briefs/")
    else:
        call.args += ["--commune", rng.choice(("Ouest", "01003", draw_text(rng)))]
        _write_to(call, "--output", "brief.html")


def _compare(call: Call, rng: Random) -> None:
    how = rng.random()
    if how < 0.4:
        call.args += ["--set-after", rng.choice((*_SET, _draw_change(rng)))]
    elif how < 0.8:
        call.args += ["--scenario-after", "STUDY/scenario.toml"]
        call.beside = "scenario.toml"
    else:
        call.args += ["--set", "policy.pole.pool=own_sst", "--set-after", "territory.sst.column=sst_after"]
    call.args += ["--format", rng.choice(("table", "json", "csv"))]
    if rng.random() < 0.4:
        _write_to(call, "--output", "diff.html")


def _draw_place(rng: Random) -> str:
    if rng.random() < 0.2:
        return draw_text(rng)
    return rng.choice(
        ("Ouest", "01002", "c07", "45.158,-14.99", "45.16, -14.975", "Pôle de l’Est", "50,50", "-91,200", "1e308,0")
    )


def _explain(call: Call, rng: Random) -> None:
    call.args += ["--from", _draw_place(rng), "--format", rng.choice(("table", "json", "geojson"))]
    if rng.random() < 0.3:
        call.args += ["--to", _draw_place(rng)]
    if rng.random() < 0.3:
        call.args += ["--at", rng.choice(("09:07", "09:07", draw_text(rng)))]
    if rng.random() < 0.3:
        _write_to(call, "--map", "why.html")


def _place(call: Call, rng: Random) -> None:
    objective = rng.choice(("cover", "median", "worst", "set"))
    call.args += ["--kind", rng.choice(("pmi", "antenna", "pole")), "--objective", objective, "--time-limit", "3"]
    if objective != "set" or rng.random() < 0.1:
        call.args += ["--count", _number(rng, (1, 2, 0))]
    if rng.random() < 0.6:
        call.args += ["--candidates", "STUDY/candidates.csv"]
        call.beside = "candidates.csv"
    else:
        call.args += ["--candidate-count", _number(rng, (5, 10))]
    if rng.random() < 0.2:
        call.args += ["--weight", rng.choice(("ind_0_3", draw_text(rng)))]
    if rng.random() < 0.2:
        call.args += ["--fixed", rng.choice(("planned", "pmi", draw_text(rng)))]
    if rng.random() < 0.2:
        call.args += ["--closable", rng.choice(("pmi", "open", draw_text(rng)))]
    call.args += ["--format", rng.choice(("table", "json"))]
    if rng.random() < 0.4:
        _write_to(call, "--output", rng.choice(("place.html", "place.geojson", "place.json", "place.csv")))


def _redraw(call: Call, rng: Random) -> None:
    call.args += [
        "--count",
        _number(rng, (1, 1, 2)),
        "--time-limit",
        "3",
        "--format",
        rng.choice(("table", "json", "csv")),
    ]
    if rng.random() < 0.3:
        call.args += ["--smallest", _number(rng, (0, 100)), "--largest", _number(rng, (1e6, 900))]
    if rng.random() < 0.15:
        call.args += ["--together", rng.choice(("Ouest,Centre", draw_text(rng)))]
    if rng.random() < 0.15:
        call.args += ["--fix", rng.choice(("Ouest=Pôle de l’Est", f"{draw_text(rng)}={draw_text(rng)}"))]
    if rng.random() < 0.15:
        call.args += ["--moves", _number(rng, (0, 1))]
    if rng.random() < 0.15:
        call.args += ["--beside", rng.choice(("sst_after", draw_text(rng)))]
    if rng.random() < 0.4:
        _write_to(call, "--map", "redraw.html")


def _caravan(call: Call, rng: Random) -> None:
    if rng.random() < 0.8:
        call.args += ["--stops", "STUDY/stops.csv"]
        call.beside = "stops.csv"
    if rng.random() < 0.4:
        call.args += ["--next", _number(rng, (1, 2)), "--time-limit", "3"]
    if rng.random() < 0.2:
        call.args += ["--season", rng.choice(("2024-04-01..2024-06-30", f"{draw_text(rng)}..{draw_text(rng)}"))]
    if rng.random() < 0.2:
        call.args += ["--minutes", _number(rng, (10, 30))]
    if rng.random() < 0.2:
        call.args += ["--at-least", _number(rng, (1, 2))]
    call.args += ["--mode", rng.choice(("walk", "walk", "transit")), "--format", rng.choice(("table", "json", "csv"))]
    if rng.random() < 0.4:
        _write_to(call, "--map", "caravan.html")


def _fairness(call: Call, rng: Random) -> None:
    if rng.random() < 0.2:
        call.args += ["--income", rng.choice(("ind_snv", "men", draw_text(rng)))]
    if rng.random() < 0.3:
        call.args += ["--group", rng.choice(("men_pauv", "ind_0_3", draw_text(rng)))]
    if rng.random() < 0.2:
        call.args += ["--cap", _number(rng, (60, 5))]
    if rng.random() < 0.2:
        call.args += ["--catchment", _number(rng, (20, 5)), "--by", rng.choice(("walk", "transit"))]
    for flag in ("--enhanced", "--leave-out"):
        if rng.random() < 0.2:
            call.args.append(flag)
    call.args += ["--format", rng.choice(("table", "json", "csv"))]
    if rng.random() < 0.4:
        _write_to(call, "--map", "fairness.html")


def _times(call: Call, rng: Random) -> None:
    how = rng.random()
    if how < 0.4:
        _write_to(call, "--output", rng.choice(("times.csv", "times.parquet")))
    elif how < 0.55:
        call.args.append("--departures")
        _write_to(call, "--output", "times.parquet")
    elif how < 0.8:
        call.args += ["--from", _draw_place(rng), "--to", _draw_place(rng)]
        if rng.random() < 0.3:
            call.args += ["--at", rng.choice(("09:07", draw_text(rng)))]
    else:
        call.args += ["--isochrone", _draw_place(rng), "--minutes", _number(rng, (10, 20))]
        if rng.random() < 0.3:
            call.args += ["--resolution", _number(rng, (200, 500))]
        _write_to(call, "--output", "from.geojson")


def _export(call: Call, _rng: Random) -> None:
    _write_to(call, "--output", "gis/")


def _inspect(call: Call, rng: Random) -> None:
    call.args += ["--format", rng.choice(("table", "json"))]
    if rng.random() < 0.2:
        call.args.append("--strict")
    if rng.random() < 0.4:
        _write_to(call, "--output", "inspect.html")


def _fetch(call: Call, rng: Random) -> None:
    call.args += [
        "--offline",
        *(["--locked"] if rng.random() < 0.7 else ["--departement", rng.choice(("92", draw_text(rng)))]),
    ]
    call.beside = "study.lock"


_DRAW = {
    "check": _check, "map": _map, "explain": _explain, "compare": _compare, "place": _place, "redraw": _redraw,
    "caravan": _caravan, "fairness": _fairness, "times": _times, "export": _export, "inspect": _inspect,
    "brief": _brief, "fetch": _fetch, "robustness": _robustness, "draws": _draws,
}  # fmt: skip
