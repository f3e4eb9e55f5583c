"""Deezer's public search, which needs no key: the cover, thirty seconds, and a link. Off unless asked."""
