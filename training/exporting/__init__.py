"""Networks on their way out, to phones, to other programs, back to Keras; each is checked against its source."""
