"""Hears the provider's events from a relay on this computer, beside asking for them."""
