"""The lab: Debian hosts booted in containers, a network between them, and outages to diagnose on them."""
