"""Orders of other systems, brought over with a history that can be defended."""
