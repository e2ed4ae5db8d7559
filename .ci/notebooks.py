"""Execute every notebook from clean, and refuse one whose outputs were committed."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


def main() -> None:
    """Run the notebooks in their own folder; the first that fails stops the run."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        kept = [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
        if kept:
            sys.exit(f"{path.name}: {len(kept)} cells carry outputs; clear them before committing")
        NotebookClient(
            notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
        ).execute()
        sys.stdout.write(f"{path.name}: {len(notebook.cells)} cells ran\n")


if __name__ == "__main__":
    main()
