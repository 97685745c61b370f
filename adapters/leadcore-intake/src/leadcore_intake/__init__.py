"""Takes leads in whatever form they arrive and gives leadcore commands."""
