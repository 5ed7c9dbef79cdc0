"""What a department is told about what it delivered."""
