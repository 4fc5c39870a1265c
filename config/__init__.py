"""How Slipway is put together: settings, addresses, the two entry points of the web server."""
