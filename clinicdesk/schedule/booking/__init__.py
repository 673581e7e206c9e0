"""Books appointments and changes them: one module for each kind of change."""
