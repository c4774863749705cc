"""Items: things with a name and a price."""
