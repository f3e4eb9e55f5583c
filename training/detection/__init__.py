"""How `mien-face`, the face detector, is made: sources, composed scenes, the network, its targets, and its training."""
