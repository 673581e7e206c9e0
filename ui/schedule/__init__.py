"""The calendar page and the booking dialog."""
