"""The figures of a run as Markdown tables."""

from __future__ import annotations

from typing import Any

TITLES = {"porto-alegre": "Porto Alegre", "hauts-de-seine": "Hauts-de-Seine"}
#: Steps of a peer, what they do, and the project's steps that do the same.
STEPS = {
    "pynigiri": (
        ("load minutes", "files to timetable (for `geo_access` streets, walks between stops and links too)", "load"),
        ("search minutes", "search: 120 departures, walks given", "search"),
    ),
    "urbanaccess": (
        ("load", "files to network (for `geo_access` the streets too)", "load"),
        ("contract", "pandana's contraction of it", None),
        (
            "search, Dijkstra",
            "every pair (one mean time; for `geo_access` 120 departures), by scipy's Dijkstra on that network",
            "search",
        ),
        ("search", "every pair (one mean time; for `geo_access` 120 departures, walks given)", "search"),
    ),
    "pandana": (
        ("walk build", "streets in memory to what is searched", "walk build"),
        ("walk place", "points to the streets", "walk place"),
        ("walk to sites", "residents to all sites, however far", "walk to sites"),
        ("walk to stops", "residents to the stops within the limit", "walk to stops"),
    ),
}
STEPS["osmnx"] = STEPS["pandana"]


def render_page(results: dict[str, Any]) -> str:
    """Everything of a run: machine, times, differences, shares."""
    machine = results["machine"]
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}"
    how = f"load {machine['load']} at the start. Medians of {results['asked']['runs']}, one core"
    parts = [f"{machine['date']}: {where}, {how}.\n"]
    for study, title in TITLES.items():
        if study in results:
            parts += [f"### {title}\n", _versions(results[study]), _times(results[study])]
            parts += [_differences(results[study]), _shares(results[study])]
    return "\n".join(parts)


def _answers(study: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, facts) for name, facts in study.items() if name != "own" and "failed" not in facts]


def _versions(study: dict[str, Any]) -> str:
    lines = [
        f"- {'geo_access' if name == 'own' else name}: "
        + (facts.get("failed") or ", ".join(f"{part} {version}" for part, version in facts["versions"].items()))
        + (f"; {facts['gave up']}" if "gave up" in facts else "")
        for name, facts in study.items()
    ]
    return "\n".join(lines) + "\n"


def _seconds(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}" if figure >= 1 else f"{figure:.3f}"


def _times(study: dict[str, Any]) -> str:
    own = study["own"]
    rows = ["| peer | step | its s (processor s) | ours s (processor s) | ratio | its peak MB | ours |"]
    rows.append("|---|---|---|---|---|---|---|")
    for name, facts in _answers(study):
        for step, words, ours in STEPS[name]:
            if step not in facts["steps"]:
                continue
            spent = facts["steps"][step]
            scale, note = 1.0, ""
            if "search" in step and facts.get("pairs", facts.get("of")) != facts.get("of"):
                scale, note = facts["of"] / facts["pairs"], f" from {facts['pairs']:,} of {facts['of']:,} pairs"
            wall, processor = spent["wall"] * scale, spent["processor"] * scale
            cells = [name, words + note, f"{_seconds(wall)} ({_seconds(processor)})"]
            if ours is None:
                cells += ["-", "-"]
            else:
                mine = own["steps"][ours]
                cells += [f"{_seconds(mine['wall'])} ({_seconds(mine['processor'])})"]
                ratio = processor / mine["processor"]
                cells += [f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"]
            rows.append("| " + " | ".join([*cells, f"{facts['peak_mb']:,}", f"{own['peak_mb']:,}"]) + " |")
    return "\n".join(rows) + "\n"


def _differences(study: dict[str, Any]) -> str:
    heads = ["peer", "from, to (minutes: the second minus the first)", "bias", "2.5 %", "median", "97.5 %"]
    heads += ["equal", "within 1", "within 5", "only the first reaches", "only the second"]
    rows = ["| " + " | ".join(heads) + " |"]
    rows.append("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, facts in _answers(study):
        for words, figures in facts["differences"].items():
            minutes = [f"{figures[key]:+.2f}" for key in ("bias_min", "p2.5_min", "median_min", "p97.5_min")]
            shares = [
                f"{100 * figures[key]:.2f} %"
                for key in ("equal", "within_1_min", "within_5_min", "only own", "only peer")
            ]
            rows.append("| " + " | ".join([name, words, *minutes, *shares]) + " |")
    return "\n".join(rows) + "\n"


def _shares(study: dict[str, Any]) -> str:
    heads = ["peer", "by", "points asked", "residents within 20 minutes", "by geo_access", "worst area, points"]
    rows = ["| " + " | ".join(heads) + " |", "|---|---|---|---|---|---|"]
    most = max(answer["asked"] for _name, facts in _answers(study) for answer in facts["served"].values())
    for name, facts in _answers(study):
        for words, answer in facts["served"].items():
            ours, its = answer["own"], answer["peer"]
            apart = max((abs(its[area] - ours[area]) for area in its if area != "all"), default=0.0)
            # A few points of a sample make no area.
            worst = f"{apart:.1f}" if answer["asked"] > most / 2 else "-"
            cells = [name, words, f"{answer['asked']:,}", f"{its['all']:.1f} %", f"{ours['all']:.1f} %", worst]
            rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"
