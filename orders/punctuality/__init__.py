"""Whether own deliveries came in time (PRODUCT S5): minutes, words, the share of late ones as a chart."""

from orders.punctuality.chart import Share, late_chart
from orders.punctuality.delays import delay_minutes, delay_words

__all__ = ["Share", "delay_minutes", "delay_words", "late_chart"]
