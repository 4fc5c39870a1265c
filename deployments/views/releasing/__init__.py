"""What stands in each environment, and the dialogs that promote and roll back."""
