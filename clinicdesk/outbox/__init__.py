"""Messages as rows: written with their cause, sent once by the worker."""
