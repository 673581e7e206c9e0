"""Clinics, their rooms, services, prices and specialties."""
