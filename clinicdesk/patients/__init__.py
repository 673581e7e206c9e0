"""Patients: records, search, import."""
