"""The tables, made by Django."""
