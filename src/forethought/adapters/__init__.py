"""One port each; vendor errors end here."""
