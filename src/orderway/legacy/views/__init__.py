"""The tables of the former system as views of what is here now: what still reads it goes on, and can change nothing."""
