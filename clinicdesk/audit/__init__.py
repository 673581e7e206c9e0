"""Who did what, when, to which row, and the proof that nobody changed it since."""
