"""What a patient and a family owe and have to their credit."""
