"""What is done to a picture. Pure: state is a value that goes in and comes out."""
