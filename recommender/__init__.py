"""What to play: mood, mapping, journeys, planner, catalogue and providers. Never loads OpenCV or LiteRT."""
