"""The commands: arguments, printing, exit codes, nothing else. `cli` puts them together."""
