"""What goes out by e-mail, and what of all that is told people want, by which way."""
