"""What is printed: invoice and receipt as PDF."""
