"""From the outbox to the world: each sink is given every event of every order, in its order."""
