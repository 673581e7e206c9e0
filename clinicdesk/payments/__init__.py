"""Payments and refunds, card readers, and what the provider says of them."""
