"""Credit notes: the one way to correct an invoice that was issued."""
