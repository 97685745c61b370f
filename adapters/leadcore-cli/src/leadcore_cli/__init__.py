"""The `leadcore` command."""
