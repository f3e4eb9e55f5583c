"""Whether a listing of a service is the song that is wanted; pure, nothing here reads or asks anything."""
