"""What is done again and again at set times, once however many workers there are, and who does it."""
