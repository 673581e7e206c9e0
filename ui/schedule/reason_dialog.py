"""The question for a reason, as the calendar asks it."""

from ui.core.reason_dialog import ReasonDialog

__all__ = ("ReasonDialog",)
