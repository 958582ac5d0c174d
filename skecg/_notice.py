"""The sentence that stands beside whatever a model says of a patient."""

NOTICE = "Research use, not a medical device."
"""What stands beside every answer that is shown or written."""
