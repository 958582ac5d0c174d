"""Command line of the package; nothing is computed here."""
