"""The pages of people who can sign in: their particulars, roles, stores and passwords, and who changed what."""
