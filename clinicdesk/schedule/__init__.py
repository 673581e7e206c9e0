"""Availability, free slots and appointments."""
