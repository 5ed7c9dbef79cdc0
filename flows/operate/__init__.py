"""What operators ask of a running installation: what happened, where a value came from, what differs."""
