"""The window around the pages: rail, top bar, status bar, sign-in and lock."""
