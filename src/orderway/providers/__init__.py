"""Payment providers: what their webhooks tell, proven by their signatures and said in our words."""
