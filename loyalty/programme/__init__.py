"""The rules by which customers earn points, and what points are worth."""

from loyalty.programme.saving import programme_of, save_programme

__all__ = ["programme_of", "save_programme"]
