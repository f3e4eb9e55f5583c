"""Your own music server, by the Subsonic API and its open continuation: Navidrome, Gonic, Airsonic, supysonic, LMS.

`account` is what a login came to, `client` sends requests behind one method, `translate` turns songs into tracks and is
pure, `login` asks the server which kinds of login it takes, `finding` looks songs up there, `saving` makes playlists
that an interruption cannot double, `reading` lists the whole library, `playing` hands stream addresses to players.
"""
