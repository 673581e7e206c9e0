"""The demo clinic, and stand-ins for providers on loopback: training runs the live code."""
