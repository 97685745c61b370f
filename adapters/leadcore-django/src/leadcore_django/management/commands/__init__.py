"""`manage.py leadcore_…`."""
