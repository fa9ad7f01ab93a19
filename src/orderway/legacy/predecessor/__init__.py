"""The order system that Orderway replaces: read from its database, judged by the evidence, driven through the machines."""
