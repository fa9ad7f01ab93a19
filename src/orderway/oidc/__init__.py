"""OpenID Connect: a provider of identities says who somebody is, and is believed only where its word is verified."""
