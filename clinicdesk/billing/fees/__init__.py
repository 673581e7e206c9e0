"""Fees for visits that were missed or cancelled late, by the clinic's rule."""
