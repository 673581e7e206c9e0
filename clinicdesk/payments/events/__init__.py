"""What happens at the card provider without the desk having asked: heard, and looked at."""
