"""What a clinic has chosen, and where its secrets lie."""
