"""What an agent is set to outside its versions: its settings, numbers, real-time config and shareable links."""
