"""Opening a page of ours in a real browser, and reading what a person would see there."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Packages that ship axe-core, the newest version first; the first is what the `test` extra installs.
_AXE_PACKAGES = ("axe_core_python", "axe_playwright_python")


def find_artefacts() -> Path | None:
    """Return the folder for what a run leaves to be looked at; None where nobody asked for it."""
    named = os.environ.get("GEO_ACCESS_ARTEFACTS")
    return Path(named) if named else None


def read_axe() -> str:
    """Return axe-core, the accessibility checker (MPL 2.0, used by tests alone); the test is skipped without it."""
    for package in _AXE_PACKAGES:
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    pytest.skip("axe-core is not installed (pip install axe-core-python)")


def wait_for_stillness(browser) -> None:
    """Wait until nothing fades or slides: words seen half through a fade have colours that nobody chose."""
    from selenium.webdriver.support.ui import WebDriverWait

    moving = "return document.getAnimations().filter(one => one.playState === 'running').length"
    WebDriverWait(browser, 10).until(lambda now: now.execute_script(moving) == 0)


def check_accessible(browser) -> None:
    """Run every rule of axe-core on the page at rest: no violation."""
    wait_for_stillness(browser)
    browser.execute_script(read_axe())
    found = browser.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
    assert len(found["passes"]) > 20, "axe looked at the page"
    said = []
    for rule in found["violations"]:
        said += [f"{rule['id']} ({rule['impact']}): {node['html'][:120]}" for node in rule["nodes"]]
    assert said == []


def open_file(browser, path: Path):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.set_window_size(1400, 1100)
    browser.get(path.as_uri())
    assert browser.execute_script("return document.querySelector('.folium-map').dataset.ready") == "yes"
    return browser


@contextmanager
def set_screen(browser, width: int, height: int, *, touch: bool = False) -> Iterator[None]:
    """Give the page a screen of that size, a phone's too, which is narrower than a window can be."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touch})
    try:
        drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(innerWidth)))"
        assert browser.execute_async_script(drawn) == width
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def check_quiet(browser) -> None:
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
    # What the browser asks for on a page of its own, as it starts, is none of ours, whenever it comes.
    asked = [one["request"]["url"] for one in sent if not one["documentURL"].startswith("chrome")]
    assert asked, "the browser tells what it asks for"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def keep_picture(browser, name: str, tmp_path: Path) -> None:
    """Keep a screenshot: in the folder that GEO_ACCESS_ARTEFACTS names, for people to look at."""
    folder = find_artefacts() or tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(folder / f"{name}.png"))
    assert (folder / f"{name}.png").stat().st_size > 20_000


def select(browser, css: str) -> list:
    return browser.find_elements("css selector", css)


def wait_for(browser, css: str, count: int = 1) -> list:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 10).until(lambda now: len(select(now, css)) == count)
    return select(browser, css)


def read_popup(browser) -> str:
    """The words of the open popup, as soon as it shows (it may still be fading in)."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 10).until(lambda now: wait_for(now, ".leaflet-popup-content")[0].text)


def click_at(browser, lat: float, lon: float) -> None:
    """Click the map where a place is."""
    from selenium.webdriver.common.action_chains import ActionChains

    box = select(browser, ".folium-map")[0]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", box)
    at = browser.execute_script(
        "const p = map_coverage.latLngToContainerPoint([arguments[0], arguments[1]]), s = map_coverage.getSize();"
        "return [Math.round(p.x - s.x / 2), Math.round(p.y - s.y / 2)]",
        lat,
        lon,
    )
    ActionChains(browser).move_to_element_with_offset(box, *at).click().perform()


def read_blocks(page: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', page, re.S)
    return {name: json.loads(text) for name, text in found}


def see(page: str) -> str:
    """The words of the page, without scripts, styles and tags."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())
