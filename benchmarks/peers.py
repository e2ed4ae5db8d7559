"""Put the project and its peers side by side, in one run, on the same question; figures for `benchmarks/peers.md`.

    python benchmarks/peers.py --environments FOLDER

Each peer gets a virtual environment of its own below the folder (made once, kept for the next run) and a process of its
own, on one core. The questions and the answers lie in the folder too, and `peers.json` holds everything that the tables
say. A peer that cannot be installed or fails is reported with the reason; the others are measured all the same.

    --only NAME      pynigiri, urbanaccess, pandana or osmnx; may be repeated
    --study NAME     porto-alegre, hauts-de-seine; may be repeated, both by default
    --every N        ask pynigiri for every N-th resident (20; 1 asks for all and takes some ten minutes)
    --runs N         timed runs, of which the median counts (3)
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "peers"
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
from explain import EXPLAIN  # noqa: E402
from question import Question  # noqa: E402
from tables import render_page  # noqa: E402


@dataclass(frozen=True)
class Peer:
    """A script, the interpreter's environment it needs, and the studies it can be asked about."""

    script: str
    environment: str
    requirements: tuple[str, ...]
    studies: tuple[str, ...]
    #: Why not the others.
    unfit: str = ""


NO_STREETS = "the study's data hold no streets, and it walks on nothing else"
PEERS = {
    "pynigiri": Peer("nigiri.py", "pynigiri", ("pynigiri==0.1.5", "numpy"), ("porto-alegre", "hauts-de-seine")),
    "urbanaccess": Peer(
        "urban_access.py", "urbanaccess",
        ("urbanaccess==0.2.2", "pandana==0.7", "pandas==1.5.3", "numpy<2"), ("porto-alegre",), NO_STREETS,
    ),
    "pandana": Peer("walk_pandana.py", "walking", ("pandana==0.8", "osmnx==2.1.*"), ("porto-alegre",), NO_STREETS),
    "osmnx": Peer("walk_osmnx.py", "walking", ("pandana==0.8", "osmnx==2.1.*"), ("porto-alegre",), NO_STREETS),
}  # fmt: skip
STUDIES = ("porto-alegre", "hauts-de-seine")


def make_environment(folder: Path, requirements: tuple[str, ...]) -> Path:
    """Make a virtual environment, or take the one that is there for the same requirements; returns its interpreter."""
    python, marker = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join(requirements) + "\n"
    if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements],
            check=True,
            capture_output=True,
        )
        marker.write_text(wanted, encoding="utf-8")
    return python


def run(command: list[str]) -> tuple[int, str]:
    """Run a process to its end; returns its exit code and the end of what it said."""
    process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    said = process.stderr.decode(errors="replace")
    for line in said.splitlines():
        if line.startswith("  ") and line.endswith(" s"):
            print(line, flush=True)
    return process.returncode, said[-2000:]


def ask(name: str, python: Path, script: str, folder: Path, options: list[str]) -> dict[str, Any]:
    """Have one script answer the question of a folder; returns its facts, or why there are none."""
    code, said = run([str(python), str(HERE / script), str(folder), *options])
    if code:
        return {"failed": f"exit code {code}: {said.strip().splitlines()[-1] if said.strip() else 'nothing said'}"}
    facts: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return facts


def measure_study(study: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Write a study's question, ask the project and every peer, compare."""
    folder = asked.environments / "questions" / study
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--runs", str(asked.runs), "--core", str(asked.core)]
    print(f"{study}: the question", flush=True)
    code, said = run([sys.executable, str(HERE / "prepare.py"), str(folder), "--study", study])
    if code:
        sys.exit(f"the question of {study} could not be written: {said}")
    print(f"{study}: geo_access", flush=True)
    results: dict[str, Any] = {"own": ask("own", Path(sys.executable), "own.py", folder, options)}
    if "failed" in results["own"]:
        sys.exit(f"geo_access: {results['own']['failed']}")
    question = Question(folder)
    for name in asked.only or PEERS:
        peer = PEERS[name]
        if study not in peer.studies:
            results[name] = {"failed": peer.unfit}
            continue
        print(f"{study}: {name}", flush=True)
        try:
            python = make_environment(asked.environments / peer.environment, peer.requirements)
        except subprocess.CalledProcessError as error:
            last = (error.stderr or b"").decode(errors="replace").strip().splitlines()[-1:]
            results[name] = {"failed": f"pip could not install {', '.join(peer.requirements)}: {''.join(last)}"}
            continue
        # The other study has three times the sites and twenty times the rides.
        chosen = [asked.every, asked.runs] if study == "porto-alegre" else [20 * asked.every, 1]
        sample = ["--every", str(chosen[0]), "--runs", str(chosen[1])]
        results[name] = ask(name, python, peer.script, folder, [*options, *sample])
        if "failed" not in results[name]:
            own, found = np.load(folder / "own.npz"), np.load(folder / f"{name}.npz")
            results[name] |= EXPLAIN[name](question, own, found, results[name])
    return results


def describe_machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": models[0] if models else platform.processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "geo_access": importlib.metadata.version("geo_access"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder for environments and answers")
    parser.add_argument("--only", action="append", choices=PEERS)
    parser.add_argument("--study", action="append", choices=STUDIES)
    parser.add_argument("--every", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--core", type=int, default=0, help="the core that every process runs on")
    parser.add_argument("--page", type=Path, help="put the tables into this page, between its two marks")
    asked = parser.parse_args()
    asked.environments = asked.environments.resolve()
    results: dict[str, Any] = {"machine": describe_machine(), "asked": {"every": asked.every, "runs": asked.runs}}
    results |= {study: measure_study(study, asked) for study in asked.study or STUDIES}
    (asked.environments / "peers.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    tables = render_page(results)
    print(tables)
    if asked.page:
        text = asked.page.read_text(encoding="utf-8")
        before, _, rest = text.partition("<!-- tables -->\n")
        _, _, after = rest.partition("<!-- end of tables -->\n")
        page = f"{before}<!-- tables -->\n{tables}<!-- end of tables -->\n{after}"
        asked.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
