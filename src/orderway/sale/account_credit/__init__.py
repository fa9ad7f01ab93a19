"""The buyer's account: money of refunds that stays with a store as credit, until it pays an order or is paid out."""
