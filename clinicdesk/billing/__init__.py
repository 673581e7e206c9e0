"""Invoices, their lines, tax and numbers."""
