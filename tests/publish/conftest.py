"""Being here, it lets the tests in the folders below import `release_example` and `feed_example`."""
