"""Pure reading and writing of file formats: bytes in, tables out, and back."""
