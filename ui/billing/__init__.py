"""Invoices, payments and refunds on the screen."""
