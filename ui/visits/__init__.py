"""Today: who is expected, who waits, who is with the doctor, and who has to pay."""
