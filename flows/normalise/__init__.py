"""Cells become records: headings to properties, words to codes, keys to ids."""
