"""Pages of the stores: which there are, how one is opened, and what of one can be changed."""
