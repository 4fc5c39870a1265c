"""What a version, or now, holds: its resources and files, listed and one by one."""
