"""How the models are made: data, architectures, train, evaluate, export. The only room that loads TensorFlow or Keras."""
