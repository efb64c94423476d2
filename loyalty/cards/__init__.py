"""Loyalty cards: points, gift, punch and ID, linked to customers."""

from loyalty.cards import cards, stamps
from loyalty.cards.cards import CardRefused
from loyalty.cards.finding import card_problems, customers_with_card, usable_card
from loyalty.cards.panels import cards_panel

__all__ = [
    "CardRefused",
    "card_problems",
    "cards",
    "cards_panel",
    "customers_with_card",
    "stamps",
    "usable_card",
]
