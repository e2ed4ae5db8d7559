"""A second opinion on feeds: the errors of a validator with the canonical rules, where it is installed.

The validator is gtfs-guru (docs/decisions/0006-second-opinion.md). It runs in a process of its own, with a bound on its
time and, on Linux, on its memory; it asks no network for anything. Whatever it does wrong is told in a
sentence: it is an opinion, and the inspection goes on without it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

from geo_access.core.errors import InputError
from geo_access.gtfs.feed import open_feed
from geo_access.quality.gtfs_rules import RULES
from geo_access.texts import DEFAULT_LANGUAGE, Language, render

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from geo_access.quality.gtfs_rules import GtfsRule

NAME: Final = "gtfs-guru"
#: RATP's 10.6 million stop times take 30 s and 2.8 GB.
MAX_SECONDS: Final = 300.0
MAX_BYTES: Final = 6 * 1024**3
_MAX_ANSWER_BYTES: Final = 4 * 1024**2
_MAX_CODES: Final = 500
_MAX_SIGNS: Final = 120
_STEP_SECONDS: Final = 0.1
_CHILD: Final = Path(__file__).with_name("validator_child.py")


@dataclass(frozen=True)
class ValidatorError:
    """One rule that a feed breaks, as the validator sees it.

    Attributes
    ----------
    feed
        The feed as the study names it.
    code
        The rule, by its canonical name.
    count
        How often.
    file, row, field
        Where for the first time, as far as it says.
    ours
        Codes of this package's findings on that feed that tell of the same rule.
    """

    feed: str
    code: str
    count: int
    file: str | None
    row: int | None
    field: str | None
    ours: tuple[str, ...] = ()

    def describe_ours(self, language: Language) -> str:
        """Say what this package makes of the rule."""
        if self.ours:
            return render("inspect.ours_told", language)
        rule = _find_rule(self.code)
        return render("inspect.ours_none" if rule is None else f"inspect.{rule.why}", language)


@dataclass(frozen=True)
class SecondOpinion:
    """What the validator says of a study's feeds.

    Attributes
    ----------
    version
        Of the validator; empty where it is not installed.
    errors
        Rules that feeds break.
    warnings
        How many warnings it has beside them.
    failures
        (feed, code of a text, its parameters): feeds that it has no answer for, or that it is not installed.
    """

    version: str
    errors: tuple[ValidatorError, ...]
    warnings: int
    failures: tuple[tuple[str, str, dict[str, Any]], ...]

    def list_failures(self, language: Language = DEFAULT_LANGUAGE) -> list[str]:
        """Say which feeds it has no answer for, and why."""
        said = [(feed, render(code, language, **params)) for feed, code, params in self.failures]
        return [f"{feed}{render('fetch.colon', language)}{text}" if feed else text for feed, text in said]

    def to_dict(self, language: Language = DEFAULT_LANGUAGE) -> dict[str, Any]:
        """Return it as JSON values."""
        errors = [
            {
                "feed": one.feed, "code": one.code, "count": one.count, "file": one.file, "row": one.row,
                "field": one.field, "ours": list(one.ours), "text": one.describe_ours(language),
            }
            for one in self.errors
        ]  # fmt: skip
        return {
            "name": NAME, "version": self.version or None, "errors": errors, "warnings": self.warnings,
            "failures": self.list_failures(language),
        }  # fmt: skip


def ask_validator(
    feeds: Sequence[tuple[str, Path]], date: dt.date, told: Sequence[tuple[str | None, str]]
) -> SecondOpinion:
    """Have the validator look at feeds.

    Parameters
    ----------
    feeds
        The study's name of each, and its path.
    date
        The studied day, which stands for today.
    told
        (file, code) of this package's findings: those of a feed name it, or a file in it.
    """
    try:
        version = metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return SecondOpinion("", (), 0, (("", "inspect.validator_missing", {}),))
    errors: list[ValidatorError] = []
    failures: list[tuple[str, str, dict[str, Any]]] = []
    warnings = 0
    for name, path in feeds:
        codes = {code for file, code in told if file is not None and f"{file}/".startswith(f"{path}/")}
        try:
            with open_feed(path):  # an archive that is refused as a bomb is not handed on
                pass
            answer = _run(path, date)
            errors += [_read_error(name, rule, said, codes) for rule, said in answer["errors"].items()]
            warnings += int(answer["warnings"])
        except InputError:
            failures.append((name, "inspect.validator_unread", {}))
        except subprocess.TimeoutExpired:
            failures.append((name, "inspect.validator_slow", {"seconds": MAX_SECONDS}))
        except _LargeError:
            failures.append((name, "inspect.validator_large", {"limit": MAX_BYTES / 1e9}))
        except _FailedError as error:
            failures.append((name, "inspect.validator_failed", {"said": str(error) or "?"}))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            failures.append((name, "inspect.validator_odd", {"said": type(error).__name__}))
    order = sorted(errors, key=lambda one: (one.feed, -one.count, one.code))
    return SecondOpinion(version, tuple(order), warnings, tuple(failures))


class _FailedError(Exception):
    """The validator ended without an answer."""


class _LargeError(Exception):
    """The validator takes more memory than it may."""


def _run(path: Path, date: dt.date) -> dict[str, Any]:
    command = [sys.executable, "-I", str(_CHILD), str(path.absolute()), date.isoformat()]
    # Files, not pipes: however much it writes, it takes no memory here.
    with TemporaryFile() as out, TemporaryFile() as err:
        # This interpreter and a file of ours; the paths are arguments, not code.
        code = _wait(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err))  # noqa: S603 -- see above
        out.seek(0)
        answer = out.read(_MAX_ANSWER_BYTES + 1)
        size = err.seek(0, 2)
        err.seek(max(0, size - 2000))
        said = err.read().decode("utf-8", "replace").strip().splitlines()
    if code:
        raise _FailedError(said[-1][:200] if said and code > 0 else f"exit {code}")
    if len(answer) > _MAX_ANSWER_BYTES:
        raise ValueError
    parsed: dict[str, Any] = json.loads(answer)
    if len(parsed["errors"]) > _MAX_CODES:
        raise ValueError
    return parsed


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for the validator within its bounds; return its exit code.

    What it holds is looked at from outside: a bound that the system sets counts what it only reserves, much more.
    """
    end = time.monotonic() + MAX_SECONDS
    try:
        while True:
            try:
                return child.wait(_STEP_SECONDS)
            except subprocess.TimeoutExpired:
                if time.monotonic() > end:
                    raise
            if _measure_bytes(child.pid) > MAX_BYTES:
                raise _LargeError
    finally:
        child.kill()
        child.wait()


def _measure_bytes(pid: int) -> int:
    """Return the memory that a process holds; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def _read_error(feed: str, code: str, said: Sequence[Any], codes: set[str]) -> ValidatorError:
    count, file, row, field = said
    rule = _find_rule(code)
    ours = tuple(one for one in rule.codes if one in codes) if rule is not None else ()
    where = None if row is None else int(row)
    return ValidatorError(feed, code[:_MAX_SIGNS], int(count), _take_text(file), where, _take_text(field), ours)


def _take_text(value: object) -> str | None:
    return None if value is None else str(value)[:_MAX_SIGNS]


def _find_rule(code: str) -> GtfsRule | None:
    return next((rule for rule in RULES if rule.name == code), None)
