"""The one door: load, decide, save, log and tell, in one transaction."""
