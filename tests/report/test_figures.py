"""The figures for print: what they say, that they are the same every time, and what they need."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
from coverage_factory import make_coverage, make_hauts_de_seine
from small_study import write_small_study

import geo_access as ga
from geo_access.core.errors import InputError

pytest.importorskip("matplotlib", reason="matplotlib is not installed (pip install geo-access[plots])")

PLOTS = [ga.plot_map, ga.plot_communes, ga.plot_times]


@pytest.fixture(scope="module")
def made():
    return make_coverage()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return ga.open_study(write_small_study(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def coverage(study):
    return ga.check(study)


def texts(figure) -> str:
    from matplotlib.text import Text

    figure.draw_without_rendering()
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def png(figure) -> bytes:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=60)
    return drawn.getvalue()


def overflowing(figure) -> list[str]:
    """Texts that leave the sheet."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    width, height = figure.bbox.width, figure.bbox.height
    hidden = {
        text
        for axes in figure.axes
        if not axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for text in axis.findobj(Text)
    }
    return [
        text.get_text()
        for text in set(figure.findobj(Text)) - hidden
        if text.get_visible() and text.get_text().strip()
        for box in [text.get_window_extent()]
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("plot", PLOTS)
def test_figure_says_what_is_measured_and_stays_on_its_sheet(plot, language, made):
    figure = plot(made, language=language)
    said = texts(figure)
    assert {"fr": "en transports en commun", "en": "by public transport"}[language] in said
    assert {"fr": "Trajets théoriques", "en": "Theoretical journeys"}[language] in said
    assert "OpenStreetMap (ODbL)" in said
    assert "<script>alert(1)</script>" in said
    assert overflowing(figure) == []


@pytest.mark.parametrize("plot", PLOTS)
def test_figure_is_the_same_every_time_and_in_every_style(plot, made):
    import matplotlib as mpl

    first = png(plot(made))
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "font.family": "serif", "hatch.linewidth": 5}):
        again = png(plot(made))
    assert again == first


def test_pdf_and_svg_are_the_same_every_time(made, tmp_path):
    for suffix in ("svg", "pdf"):
        for name in ("one", "two"):
            ga.plot_times(made).savefig(tmp_path / f"{name}.{suffix}")
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()


def test_figure_shows_itself_in_a_notebook_without_pyplot(made):
    assert ga.plot_times(made)._repr_png_().startswith(b"\x89PNG")


def test_map_counts_residents_by_state_and_tells_them_apart_without_colour(made):
    figure = ga.plot_map(made)
    said = texts(figure)
    beyond = made.residents.loc[(made.residents["state"] == "beyond"), "weight"].sum()
    assert f"{beyond:,.0f}".replace(",", "\u202f") + " habitants" in said
    assert all(name in said for name in ("Aubrive", "Clairval"))
    hatches = {patch.get_hatch() for legend in figure.legends for patch in legend.get_patches()}
    assert {"/////", "xxxxx", None} <= hatches
    assert re.search(r"\d+\s(km|m)\b", said), "a scale bar"


def test_map_draws_residents_given_as_points(made):
    points = made.residents.set_geometry(made.residents.geometry.centroid)
    assert png(ga.plot_map(replace(made, residents=points))) != png(ga.plot_map(made))


def test_communes_are_sorted_by_share_and_no_share_is_rounded_up(made):
    communes = made.communes.copy()
    communes.loc[0, ["share", "share_pole", "share_antenna", "beyond", "unsnapped"]] = [0.99996, 0.99996, 0, 0.04, 0]
    figure = ga.plot_communes(replace(made, communes=communes))
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[-1] == "Désertine", "the commune without residents stands last"
    labels = [text.get_text() for text in axes.texts]
    assert labels[0] == "100\u00a0% desservis", names[0]
    assert labels[names.index("Aubrive")] == "99,9\u00a0% desservis\u00a0; <\u00a01 non"
    assert labels[-1] == "sans habitant dans les données"


def test_curve_meets_the_share_served_by_a_pole_at_the_threshold(coverage):
    # Departures required: one half. The median is in time exactly where half of the departures are.
    figure = ga.plot_times(coverage)
    point = next(line for line in figure.axes[0].lines if line.get_marker() == "o")
    x, y = (values[0] for values in point.get_data())
    assert x == 20
    assert y == pytest.approx(coverage.summary["total"]["share_pole"], abs=1e-6)


def test_curve_ends_below_the_whole_where_some_reach_no_pole(made):
    cells = made.residents.copy()
    cells["pole_p50_s"] = pd.array([pd.NA] * len(cells), dtype="Int64")
    said = texts(ga.plot_times(replace(made, residents=cells)))
    assert "moins de 20\u00a0min\u00a0: 0\u00a0%" in said
    everyone = f"{cells['weight'].sum():,.0f}".replace(",", "\u202f")
    assert f"Sans aucun trajet à ces heures\u00a0: {everyone} habitants" in said


def test_hours_are_what_check_finds_for_each_hour(study, coverage):
    told = []
    table = ga.list_hours(study, hours=[9, 21, 23], progress=lambda *step: told.append(step))
    assert list(table["hour"]) == [9, 21, 23]
    for row in table.to_dict("records"):
        hour = row["hour"]
        varied = study.vary({"departures.from": f"{hour:02d}:00", "departures.to": f"{hour + 1:02d}:00"})
        total = ga.check(varied).summary["total"]
        assert (row["share"], row["share_pole"]) == (total["share"], total["share_pole"])
    assert table["share"].iloc[0] == coverage.summary["total"]["share"], "the study leaves from 9 to 10"
    assert table["share"].iloc[2] < table["share"].iloc[0], "the last bus leaves at 21:50"
    assert told == [("hours", done, 3) for done in range(4)]
    pd.testing.assert_frame_equal(ga.list_hours(coverage, hours=[9, 21, 23]), table)


def test_hours_are_drawn(coverage):
    figure = ga.plot_hours(coverage, hours=range(8, 12), language="en")
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["8–9", "9–10", "10–11", "11–12"]
    assert "hours of the study" in texts(figure)
    assert overflowing(figure) == []


@pytest.mark.parametrize("hours", [[], [-1], [30]])
def test_hours_that_are_none_are_refused(study, hours):
    with pytest.raises(InputError) as refused:
        ga.list_hours(study, hours=hours)
    assert refused.value.code == "figures.wrong_hours"


def test_hours_of_a_coverage_without_times_are_refused(coverage):
    with pytest.raises(InputError) as refused:
        ga.plot_hours(replace(coverage, times=None))
    assert refused.value.code == "figures.no_times"


def test_without_matplotlib_the_message_names_the_extra(made, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "geo_access.report.figures.print_figure", raising=False)
    with pytest.raises(InputError) as refused:
        ga.plot_map(made)
    assert refused.value.code == "figures.matplotlib_missing"
    assert "geo-access[plots]" in refused.value.text("en")


def test_matplotlib_is_loaded_only_to_draw():
    said = "import sys, geo_access.report.figures.coverage; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


def test_coverage_shows_itself_in_a_notebook(coverage):
    said = coverage._repr_html_()
    assert "<iframe" in said
    assert "title=" in said.partition("srcdoc")[0]


def test_communes_plot_as_geopandas_does(coverage):
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    axes = coverage.communes.plot("share", legend=True)
    assert axes.collections
    plt.close("all")


def test_communes_explore_as_geopandas_does(coverage):
    pytest.importorskip("mapclassify", reason="mapclassify is not installed (pip install geo-access[plots])")
    page = coverage.communes.explore("share", tiles=None).get_root().render()
    assert "Ouest" in page
    assert coverage.residents.explore("state", tiles=None) is not None
    assert coverage.sites.explore("kind", tiles=None) is not None


@pytest.mark.real_data
def test_real_territory_stays_on_its_sheet(shared_data):
    made = make_hauts_de_seine(shared_data)
    for plot in PLOTS:
        assert overflowing(plot(made)) == []
