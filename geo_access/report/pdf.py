"""Printing a page to PDF with Chromium, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_TIMEOUT_S = 120


def find_chromium() -> str:
    """Return the path of Chromium or Chrome.

    Raises
    ------
    InputError
        When there is none.
    """
    for name in _NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise InputError("brief.no_chromium")


def print_pdf(page: Path, pdf: Path) -> None:
    """Print an HTML file to a PDF file, without any network.

    Raises
    ------
    InputError
        When Chromium is missing or fails.
    """
    chromium = find_chromium()
    with tempfile.TemporaryDirectory(prefix="geo-access-", ignore_cleanup_errors=True) as profile:
        command = [
            chromium,
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-pdf-header-footer",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf.resolve()}",
        ]
        # Chromium's sandbox refuses to run as root, as in most containers.
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")
        try:
            run = subprocess.run(  # noqa: S603 -- the program was found on the PATH, the page is our own
                [*command, page.resolve().as_uri()], capture_output=True, check=False, timeout=_TIMEOUT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError("brief.chromium_failed", file=pdf, said=type(error).__name__) from error
    if run.returncode != 0 or not pdf.is_file() or not pdf.stat().st_size:
        said = run.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError("brief.chromium_failed", file=pdf, said=said[-1] if said else f"code {run.returncode}")
