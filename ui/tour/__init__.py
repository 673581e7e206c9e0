"""The tour: a whole day at the desk, played through the real window by keys and clicks."""
