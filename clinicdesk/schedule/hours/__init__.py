"""Hours: weekly, changed, closed and blocked."""
