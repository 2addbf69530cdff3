"""The tabs of the page, a file each; what they do is wired in ui.page.build."""
