"""How the face networks are made: MediaPipe's, converted and compared with the original."""
