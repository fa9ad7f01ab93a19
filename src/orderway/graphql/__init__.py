"""The GraphQL API: mutations that come out of the machines, and the orders that a viewer may see."""
