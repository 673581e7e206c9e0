"""The till: what should be in the drawer, what is, and a day that is closed for good."""
