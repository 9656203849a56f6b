"""Lake tables to pages for people: HTML, terminal, mail."""
