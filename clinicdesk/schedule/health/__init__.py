"""The calendar's health check: what a clock change, a holiday or other hours would do to it."""
