"""What riders earn by their deliveries, and what they are paid."""
