"""The web server and the checks of what is live."""
