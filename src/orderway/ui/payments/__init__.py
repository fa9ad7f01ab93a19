"""The pages of payments: the list, one payment with its receipts, and registering one."""
