"""What is done to a block of sound. Pure: state is a value that goes in and comes out."""
