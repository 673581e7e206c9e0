"""Invoices written by hand or proposed from a visit: lines, discounts, tax, deposits."""
