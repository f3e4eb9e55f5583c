"""What mien keeps about a listener: taste, plays, corrections of readings, and (with consent) a diary.

`place` says where it is, `database` opens it, `migrations` brings it up to date, `schema` says what is kept. It is read
on every snap once there is something to read, so it goes without SQLAlchemy: that alone would cost more than the
whole of it.
"""
