"""How deliveries stand, for those who look after them, and what they do about those that failed."""
