"""Numbers in Chinese prose: read (reader), bound to the metric they state (binder), re-computed (relations)."""
