"""The page of the settings: how each stands, a form to change it, and who changed it before."""
