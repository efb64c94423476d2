"""A receipt as a PDF of one A4 page or more, for mails and archives."""

from functools import cache

import font_source_sans_pro
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from orders.receipts.paper.document import Paper

_FACE = "Source Sans"
_WIDTH = 110  # mm: a receipt stays narrow, figures near their words


@cache
def _faces() -> dict[str, str]:
    return {"": font_source_sans_pro.SourceSansPro, "B": font_source_sans_pro.SourceSansProSemibold}


class _Page(FPDF):
    def __init__(self, foot: str):
        super().__init__()
        self._foot = foot
        for style, path in _faces().items():
            self.add_font(_FACE, style, path)
        self.set_margins(25, 20)
        self.set_auto_page_break(True, 24)

    def footer(self):
        self.set_y(-18)
        self.set_font(_FACE, size=8)
        self.cell(0, 4, self._foot)


def paper_pdf(paper: Paper) -> bytes:
    """The document with its tax table, counter-entries and the note that it is a copy."""
    page = _Page(paper.legal)
    page.set_title(paper.number)
    page.set_lang("de")
    page.add_page()
    _head(page, paper)
    rows = [(line.quantity, _words(line), line.amount, line.letters) for line in paper.lines]
    heads = (_("Quantity"), _("Item"), _("Amount"), _("Tax"))
    _table(page, heads, rows, widths=(14, 62, 24, 10), aligns="LLRR")
    sums = [(_("Subtotal"), paper.subtotal)] if paper.subtotal else []
    sums += [*paper.discounts, (_("Total"), paper.total)]
    _sums(page, sums, bold_last=True)
    heads = (_("Tax rate"), _("Net"), _("Tax"), _("Gross"))
    _table(page, heads, paper.taxes, widths=(38, 24, 24, 24), aligns="LRRR")
    below = [*paper.payments, *([(_("Tip"), paper.tip)] if paper.tip else [])]
    _sums(page, below)
    if paper.voided:
        _line(page, paper.voided, style="B")
    if paper.refunds:
        _line(page, _("Refunds"), style="B")
        _sums(page, [*paper.refunds, (_("Left"), paper.left)], bold_last=True)
    _line(page, paper.legal)
    return bytes(page.output())


def _words(line) -> str:
    return "\n".join(text for text in (line.name, line.each, line.note) if text)


def _head(page: FPDF, paper: Paper) -> None:
    page.set_font(_FACE, "B", 14)
    page.multi_cell(0, 7, paper.house, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for text in paper.head:
        _line(page, text)
    page.ln(4)
    facts = [(_("Receipt"), paper.number), (_("Date"), paper.placed), (_("Type"), paper.service)]
    facts += [(_("Customer"), paper.customer)] if paper.customer else []
    for label, text in facts:
        _line(page, f"{label}: {text}")
    page.ln(4)


def _line(page: FPDF, text: str, *, style: str = "") -> None:
    page.set_font(_FACE, style, 10)
    page.multi_cell(0, 5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(page: FPDF, heads, rows, *, widths, aligns: str) -> None:
    page.set_font(_FACE, size=10)
    bold = FontFace(emphasis="BOLD")
    with page.table(
        width=_WIDTH,
        col_widths=widths,
        text_align=[{"L": "LEFT", "R": "RIGHT"}[one] for one in aligns],
        align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        headings_style=bold,
        line_height=5,
    ) as table:
        for cells in (heads, *rows):
            table.row(cells)
    page.ln(4)


def _sums(page: FPDF, rows: list[tuple[str, str]], *, bold_last: bool = False) -> None:
    for place, (label, amount) in enumerate(rows, 1):
        page.set_font(_FACE, "B" if bold_last and place == len(rows) else "", 10)
        top = page.get_y()
        page.multi_cell(_WIDTH - 30, 5, label, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        bottom = page.get_y()
        page.set_xy(page.l_margin + _WIDTH - 30, top)
        page.cell(30, 5, amount, align="R")
        page.set_xy(page.l_margin, bottom)
    page.ln(4)
