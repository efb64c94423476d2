from .points_entry import PointsEntry
from .programme import Programme

__all__ = ["PointsEntry", "Programme"]
