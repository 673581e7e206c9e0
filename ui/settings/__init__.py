"""The page where a manager sets the clinic up."""
