"""Customers: who is one and what changed of it, how they come by themselves, and how resellers are taken on."""
