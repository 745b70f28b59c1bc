"""Matching, calendars and letters for knowledge-sharing sessions between hospitals."""

import zoneinfo

# The operating system's copy of the zone rules may be a year old; the tzdata package is a pinned
# requirement (Morocco moved to UTC+0 with three months' notice), so it always wins.
zoneinfo.reset_tzpath(to=())
