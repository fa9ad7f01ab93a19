"""The reconciliation inbox: money that came in, or went out, where nobody could say by rule what it is for."""
