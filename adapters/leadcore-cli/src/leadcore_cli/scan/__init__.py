"""Asking about a whole list: rows in, an answer for each, and what stands out."""
