"""A small company to look at: stores, people, goods, and 200 orders in all states, made of real ones."""
