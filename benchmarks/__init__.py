"""Speed and accuracy against peers, side by side, one command."""
