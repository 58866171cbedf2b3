"""What the product keeps of its use: feedback, and the questions asked where the operator allows."""
