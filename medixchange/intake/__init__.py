"""What hospitals ask for: drafts, requests, their life."""
