"""The user's own audio files as tracks: `mien catalogue scan`.

`folders` finds the files, `tags` reads what is written in them, `decoding` and `measuring` (with `rhythm`, `tonality`,
`loudness`) what can be heard, `estimates` and `words` what that means for the mood, `reading` puts one file together.
`workers` does it for many at once, `jobs` says which files need it, `ledger` remembers what was done, `keeping` writes,
`scan` tells the whole story, `report` what came of it; `tagging` writes mood and tempo back on request, and `payload`
sees to it that the audio stays as it was.

Tags need only tinytag. Measuring needs the `audio` extra (librosa), .m4a the `m4a` extra (PyAV), writing tags the
`tags` extra (mutagen, which is GPL and therefore never installed unasked).
"""
