"""Keys that work in every program, one file for each way a desktop gives them."""
