"""How Slipway is put together: settings, addresses, the entry points, and the web server that loads them."""
