"""Invoices past their day, and the reminders of them."""
