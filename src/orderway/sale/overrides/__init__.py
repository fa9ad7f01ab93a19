"""Requests to let a sale through that its money does not clear, and their decisions."""
