"""Saved views of the calendar, one for each function key."""
