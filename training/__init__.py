"""How the models are made: data, architectures, recipes, training, evaluation, export; alone in loading Keras."""
