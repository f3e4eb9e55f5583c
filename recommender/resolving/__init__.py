"""From the songs of a plan to what a service calls them: what is known is remembered, what it lacks gets a stand-in.

`cache` remembers for a while what a service has and what it lacks, in the listener's memory database; `standins` offers
the next best for what it lacks. The asking itself is each provider's own.
"""
