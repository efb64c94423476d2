"""A receipt as a document: on screen, on paper, as PDF, by mail."""

from orders.receipts.paper.document import Paper, paper_of
from orders.receipts.paper.mail import NotAllowed, send_receipt
from orders.receipts.paper.pdf import paper_pdf

__all__ = ["NotAllowed", "Paper", "paper_of", "paper_pdf", "send_receipt"]
