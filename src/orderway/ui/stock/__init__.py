"""The pages of stock: what lies in the stores that somebody manages, and how it came and went."""
