"""Card readers: taken into use, listed, named, shown a cart."""
