"""The pages that riders carry with them: what they may bring, what they offered, today's jobs, and what they earned."""
