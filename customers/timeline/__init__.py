"""What happened to a customer, told by this app and those above it."""

from customers.timeline.log import PER_PAGE, activities, activity_groups

__all__ = ["PER_PAGE", "activities", "activity_groups"]
