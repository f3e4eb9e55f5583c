"""MPD, the music player daemon: what plans meet when the music is local.

`client` is the connection behind one method, `translate` turns songs into candidates and is pure, `finding` looks
planned tracks up in MPD's database, `queue` fills the queue and starts it, `provider` puts them together.
"""
