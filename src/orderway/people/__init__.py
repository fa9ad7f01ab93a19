"""Who may do what: stores, people and their roles, customers, sessions, and the scope in which a viewer sees orders."""
