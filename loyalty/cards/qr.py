"""QR codes as paths of an inline SVG; the one doorway to segno."""

from typing import NamedTuple

import segno

BORDER = 4  # modules of white around it that readers need


class QrCode(NamedTuple):
    """`size` is width and height in modules with the border, `path` its dark modules."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    matrix = segno.make_qr(text, error="m").matrix
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + BORDER} {y + BORDER}h{length}v1h-{length}z")
            x += length or 1
    return QrCode(len(matrix) + 2 * BORDER, "".join(runs))
