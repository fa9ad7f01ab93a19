"""The secret of the installations that tests make."""

from orderway.secret import Secret

TEXT = "a secret of the tests and of nobody else"
SECRET = Secret(TEXT)
