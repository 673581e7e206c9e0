"""Patients on the screen: finding them, their record, adding, changing and importing."""
