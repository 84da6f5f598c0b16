"""News providers, one module each, behind the port `NewsProvider`."""
