"""Spotify, as it is for an app in development mode since February 2026: find, save, play; mien decides what.

`transport` sends carefully, `tokens` keeps the login, `login` asks for it and `loopback` hears the answer, `client` is
the one way to the Web API, `abilities` remembers what this app may do beyond the usual.
"""
