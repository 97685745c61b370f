"""The commands, by what people come for."""
