"""Messages to customers and what comes back: the outbox, unsubscribing, double opt-in, the mailbox."""

from customers.messages.privacy import delete_messages, list_messages, move_messages

__all__ = ["delete_messages", "list_messages", "move_messages"]
