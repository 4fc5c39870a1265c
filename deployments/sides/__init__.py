"""What pages and programs both ask of a ref: what it stands for, what it holds, who changed it since another."""
