"""The pages on which people come by themselves: signing up, and applying as a reseller."""
