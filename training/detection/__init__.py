"""How the face detector is made: scenes, network, training, and who is kept aside from it."""
