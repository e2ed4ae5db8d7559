"""Where things lie that tests use."""

from __future__ import annotations

from pathlib import Path

PROJECT = next(folder for folder in Path(__file__).resolve().parents if (folder / "pyproject.toml").is_file())
#: Third-party data beside the project; it may be missing.
SHARED = PROJECT.parent / "shared" / "data"
#: The study of Porto Alegre, whose data lie in `SHARED`.
PORTO_ALEGRE = PROJECT / "tests" / "porto_alegre"
#: Facts of Hauts-de-Seine that the project carries.
FACTS = PROJECT / "data" / "hauts-de-seine"
