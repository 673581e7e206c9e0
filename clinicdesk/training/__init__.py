"""The demo clinic, and stand-ins for providers on loopback, so that training runs the code of live work."""
