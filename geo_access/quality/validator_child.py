"""Run by `validator` as a program of its own: validate one feed, and write what is found as JSON.

It stands alone: nothing of this package is imported, so that a crash or a lack of memory ends this process only.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(path: str, date: str) -> None:
    """Write {code: [count, file, row, field of the first]} of the errors, and how many warnings there are."""
    import gtfs_guru

    result = gtfs_guru.validate(path, date=date)
    errors: dict[str, list[Any]] = {}
    for notice in result.errors():
        said = notice.context()
        place = [
            notice.file or said.get("filename") or said.get("childFilename"),
            notice.row or said.get("csvRowNumber"),
            notice.field or said.get("fieldName") or said.get("childFieldName"),
        ]
        errors.setdefault(notice.code, [0, *place])[0] += 1
    # ASCII: whatever this process takes its output for.
    print(json.dumps({"errors": errors, "warnings": result.warning_count}))  # noqa: T201 -- read by `validator`


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
