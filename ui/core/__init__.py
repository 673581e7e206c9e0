"""What every page shares: background work, theme, widgets, dialogs, the base of a page."""
