"""INSEE codes as spreadsheets leave them (92002.0, '92002, 92 002, 2a004, 1004), read as what they were."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo_access.core.matching import fold, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geo_access.study.inputs.source_table import SourceTable

CODE_LENGTH = 5  # an INSEE code
_BLANK = re.compile(r"[\s\u00a0\u202f]")
_MARKS = re.compile(r"^['’‘`\"=]+|['’\"]+$")
#: A number where a code was: "92002.0", "92 002,00", "9.2002E+04".
_WHOLE = re.compile(r"([0-9]{4,5})[.,]0+")
_POWER = re.compile(r"([0-9])[.,]([0-9]{1,4})[eE]\+?0?4")
_GROUPED = re.compile(r"([0-9]{1,2})[.,]([0-9]{3})")
_CORSICAN = re.compile(r"2[ab][0-9]{3}")


def clean_code(said: str) -> str:
    """Return a code without what a spreadsheet put to it; anything that is no such code comes back as it is."""
    bare = _MARKS.sub("", _BLANK.sub("", said))
    if match := _WHOLE.fullmatch(bare):
        return match[1]
    if match := _POWER.fullmatch(bare):
        return match[1] + match[2].ljust(CODE_LENGTH - 1, "0")
    if match := _GROUPED.fullmatch(bare):
        return match[1] + match[2]
    if _CORSICAN.fullmatch(bare):
        return bare.upper()
    return bare if re.fullmatch(r"[0-9]{4,5}|[0-9][0-9AB][0-9]{3}", bare) else said


def repair_codes(
    source: SourceTable, codes: Sequence[str | None], column: str, *, known: Collection[str] | None = None
) -> list[str | None]:
    """Return codes as they were before a spreadsheet read them as numbers; two findings tell what was repaired.

    Parameters
    ----------
    codes
        One a row, None where blank.
    column
        The heading, for the findings.
    known
        The territory's codes: a code is mended only where it becomes one of them. Without, a lost zero is restored in a
        column that is plainly INSEE's, or beside codes of five signs: elsewhere in the world "1001" may be a code.
    """
    cleaned = [None if code is None or (known is not None and code in known) else clean_code(code) for code in codes]
    held = [one if one is not None else code for one, code in zip(cleaned, codes, strict=True)]
    french = "insee" in fold(column) or any(code is not None and len(code) == CODE_LENGTH for code in held)
    mended: list[str | None] = []
    odd: list[tuple[str, str, int]] = []
    short: list[tuple[str, int]] = []
    for code, clean, row in zip(codes, held, source.rows, strict=True):
        result = clean
        if clean is not None and code is not None:
            full = clean.zfill(CODE_LENGTH)
            if len(clean) == CODE_LENGTH - 1 and clean.isdigit():
                fits = french if known is None else clean not in known and full in known
                result = full if fits else clean
            if known is not None and result not in known:
                result = code
            elif clean != code:
                odd.append((code, str(result), row))
            elif result != clean:
                short.append((full, row))
        mended.append(result)
    if odd:
        pairs = list(dict.fromkeys(f"{code} → {result}" for code, result, _ in odd))
        source.tell(
            "warning", "places.codes_repaired", row=odd[0][2], count=len(odd), column=column, examples=listed(pairs)
        )
    if short:
        source.tell(
            "warning",
            "places.zero_lost",
            row=short[0][1],
            count=len(short),
            column=column,
            examples=listed(code for code, _ in short),
        )
    return mended
