"""One form per write: the shape of input only. What may be done is asked of the verbs."""
