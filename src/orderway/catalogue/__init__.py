"""What is sold: products, their variants, and the prices that the server puts on a line."""
