"""What the log tells of all orders together: how long things stand, how far orders come, what stands still."""
