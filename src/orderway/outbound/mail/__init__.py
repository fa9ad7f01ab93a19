"""E-mails: what people are told, brought to a server of SMTP, each once under a name of its own."""
