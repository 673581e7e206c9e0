"""The clinic's books beside the card provider's: what either knows and the other does not."""
