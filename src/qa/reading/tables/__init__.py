"""Tables: every row becomes a paragraph that carries its header."""
