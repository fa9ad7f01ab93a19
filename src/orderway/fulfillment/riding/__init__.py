"""Riders as the seller knows them: what they ride, where they deliver, and who said so."""
