"""Work for analysts."""
