"""The pages of riders for who gives deliveries to them: who they are, where they deliver, and what they are paid."""
