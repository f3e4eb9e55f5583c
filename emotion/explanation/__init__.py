"""Why a network reads a face as it does: maps of the evidence for each class, how far to trust them, and pictures."""
