"""What was recorded and enhanced."""
