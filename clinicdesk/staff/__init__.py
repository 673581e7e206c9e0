"""The people who work here: sign-in, roles, doctors and their clinics."""
