"""The page of e-mails that did not arrive yet."""
