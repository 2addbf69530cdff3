"""What the page shows of a report: plain values in, trees of nodes out, no gradio."""
