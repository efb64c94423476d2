"""`/orders/open/`: what is open now, by how far it is, with one next step per order."""

from orders.board.tickets import Ticket, running_tickets

__all__ = ["Ticket", "running_tickets"]
