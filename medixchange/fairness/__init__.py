"""Who waits, who is helped and who gives: by country, by language and by person."""
