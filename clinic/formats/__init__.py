"""How days and times are written in this house, by language."""
