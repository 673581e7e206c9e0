"""Series: visits that recur, each a row of its own."""
