"""Pages in a real Chromium, over the real program with the demo's world."""
