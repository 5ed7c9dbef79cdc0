"""The data portal: read what is there, say what would change, write only that; every write may be cut off anywhere."""
