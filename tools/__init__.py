"""What building and checking the repository needs; no part of any distribution."""
