"""What a face says: frames, detectors, one preprocessor, the model registry and LiteRT inference."""
