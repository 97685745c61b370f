"""A small host with its own leads and people; see `conftest.py`."""
