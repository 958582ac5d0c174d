"""Measurements behind the figures that the project states; see RESULTS.md."""
