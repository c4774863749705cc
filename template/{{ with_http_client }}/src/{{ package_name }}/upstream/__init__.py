"""Another service, called over HTTP."""
