"""The payment journal: every attempt, refund and link, with its outcome in words."""
