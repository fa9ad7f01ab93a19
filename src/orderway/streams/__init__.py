"""What happens, told as it happens: who waits for news is woken, and reads what they may see from where they were."""
