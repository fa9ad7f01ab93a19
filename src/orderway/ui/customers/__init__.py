"""The pages of customers, and of who applies as a reseller."""
