"""Disputes: what cardholders ask back of their banks, with its deadline."""
