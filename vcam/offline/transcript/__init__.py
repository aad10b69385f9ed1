"""What is said in a recording, written down."""
