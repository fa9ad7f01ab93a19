"""The work behind the pages and the API: timers, what is done at set times, backorders, and telling what happened."""
