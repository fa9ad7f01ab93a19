"""Pages of webhooks: which there are, how one is made and changed, and what was sent to it."""
