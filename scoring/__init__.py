"""What is true of a report: nothing here reads a file, asks a model, looks at a clock or writes."""
