"""Past reports: document formats in and out, the store, sentence patterns and finding them."""
