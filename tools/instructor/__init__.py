"""What an instructor has and students have not: solutions woven into the book, and the tree without them."""
