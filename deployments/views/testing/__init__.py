"""The Test panel: a person talks to the draft, to what stands in an environment, or to any version."""
