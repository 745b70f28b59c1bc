"""Who sees which sessions in a subscribed calendar: stored bytes, stored ETags, secret addresses."""
