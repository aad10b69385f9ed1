"""The picture: camera → pipeline → publish."""
