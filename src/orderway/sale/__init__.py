"""Sales: how an agreed order is paid for, on account or at once, and when it may be fulfilled."""
