"""What a run means: output lost, adequacy of supply, and the other answers an analyst is asked for."""
