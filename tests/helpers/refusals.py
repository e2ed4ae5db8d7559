"""What a refused input is told: the one line of the error."""

from __future__ import annotations

import pytest

from geo_access.core.errors import InputError


def refusal(act) -> InputError:
    """The error of an act; it names a file, and is one line in both languages."""
    with pytest.raises(InputError) as caught:
        act()
    error = caught.value
    for language in ("fr", "en"):
        assert "\n" not in error.text(language)
    assert error.text("fr") != error.text("en")
    assert error.file is not None
    return error
