"""The page of what somebody was told of the orders that concern them."""
