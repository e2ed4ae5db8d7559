"""Measure the live coverage map: how large it is, how soon it shows, how fast it answers.

    python benchmarks/live_map.py STUDY [--candidates 0 40 100]

The command is timed as a whole process, the second time: what it searched for is in the cache then. Chromium runs
headless without a graphics processor, in a window of 1440 by 900; an answer ends when the page has been painted. On a
machine that is busy with other work the least of many answers says more than their median.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium import webdriver

_ANSWERS = """
const done = arguments[0], { live } = sheet_map_coverage, found = { judge: [], answer: [] };
const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = resolve;
  port2.postMessage(null);
}));
(async () => {
  const most = live.engine.limits.pole.most || 30;
  for (let i = 0; i < 30; i += 1) {
    const state = { pole: Math.max(2, most - 12) + (i % 8) };
    let begun = performance.now();
    live.engine.judge(state);
    found.judge.push(performance.now() - begun);
    begun = performance.now();
    live.set(state);
    await painted();
    found.answer.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  done(found);
})();
"""
_PAINT = "return performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0]"


def write_page(study: str, candidates: int, page: Path) -> float:
    """Write the page and return the seconds that the whole process took."""
    call = [sys.executable, "-m", "geo_access", "map", study, "--output", str(page), "--candidates", str(candidates)]
    begun = time.perf_counter()
    subprocess.run([*call, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def open_browser() -> webdriver.Chrome:
    """Start Chromium."""
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1440,900"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def main() -> None:
    """Print a table: a row a number of candidates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study")
    parser.add_argument("--candidates", type=int, nargs="+", default=[0, 40, 100])
    asked = parser.parse_args()
    print("| candidates | page (MB) | command (s) | first paint (ms) | live (ms) | judged (ms) | painted (ms, least) |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for candidates in asked.candidates:
            page = Path(folder) / "map.html"
            write_page(asked.study, candidates, page)
            seconds = min(write_page(asked.study, candidates, page) for _ in range(3))
            browser = open_browser()
            try:
                begun = time.perf_counter()
                browser.get(page.as_uri())
                while not browser.execute_script("return Boolean(sheet_map_coverage.live)"):
                    time.sleep(0.005)
                live_ms = (time.perf_counter() - begun) * 1000
                first_ms = browser.execute_script(_PAINT)
                size = f"{page.stat().st_size / 1e6:.2f}"
                row = f"| {candidates} | {size} | {seconds:.1f} | {first_ms:.0f} | {live_ms:.0f} |"
                for theme in ("cells", "minutes", "communes"):
                    browser.execute_script("geoAccess.setTheme(arguments[0])", theme)
                    found = browser.execute_async_script(_ANSWERS)
                    judged, answer = statistics.median(found["judge"]), statistics.median(found["answer"])
                    print(f"{row} {judged:.1f} | {theme} {answer:.0f} ({min(found['answer']):.0f}) |")
            finally:
                browser.quit()


if __name__ == "__main__":
    main()
