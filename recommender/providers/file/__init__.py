"""Playlists as files: M3U8, XSPF, JSPF and mien's own JSON."""
