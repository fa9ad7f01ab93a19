"""The pages of the catalogue: what is sold, what it costs, and price lists."""
