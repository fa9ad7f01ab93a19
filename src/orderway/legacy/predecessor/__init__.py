"""The order system before Orderway: read from its database, judged by evidence, driven through the machines."""
