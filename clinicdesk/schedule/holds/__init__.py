"""Soft holds: times that a desk is just about to book."""
