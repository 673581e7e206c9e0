"""Which message is due for which appointment."""
