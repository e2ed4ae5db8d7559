"""Long texts of a page in fewer bytes: deflated, and written in signs that a page can hold."""

from __future__ import annotations

import base64
import zlib


def pack_text(text: str) -> str:
    """Deflate a text (RFC 1951) and write it in base 64, as ``assets/inflate.js`` and ``assets/unpack.js`` read it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode("ascii")
