"""The pages of the reconciliation inbox: money that nobody could say by rule what it is for."""
