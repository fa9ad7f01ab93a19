"""Stock: what lies in a store, held for order lines, sold, returned and received."""
