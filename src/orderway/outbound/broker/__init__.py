"""The broker, NATS JetStream: one stream of all events, for as many consumers as there are."""
