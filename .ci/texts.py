"""Write every catalogue of texts in its one form: `python .ci/texts.py`; a test fails where one is not in it.

Spaces that the eye cannot tell from a plain one, and marks that it cannot see, are written as escapes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "geo_access" / "texts"
_UNSEEN = re.compile("[\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def refuse_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the pairs of an object as a dict; a name that stands twice would hide the first."""
    texts = dict(pairs)
    if len(texts) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"twice in one catalogue: {sorted({name for name in names if names.count(name) > 1})}")
    return texts


def format_catalogue(source: str) -> str:
    """Return a catalogue in its one form."""
    texts = json.loads(source, object_pairs_hook=refuse_twice)
    written = json.dumps(texts, indent=2, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", written) + "\n"


if __name__ == "__main__":
    for catalogue in sorted(CATALOGUES.glob("*.json")):
        catalogue.write_text(format_catalogue(catalogue.read_text(encoding="utf-8")), encoding="utf-8")
