"""Deliveries are written as an iCalendar (RFC 5545): escaped, folded, in UTC. The only import of icalendar.

Shanghai's zone is told in each, as a calendar has at least one component (3.4), were nothing to be delivered. No METHOD
is told: that would make each a message between people (RFC 5546), which names who sends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from shared.clock import SHANGHAI

PRODUCT = "-//Zhucai//Deliveries 1//ZH"
REFRESH = timedelta(hours=1)
SINCE, OFFSET = datetime.combine(date(1991, 9, 15), time(1)), timedelta(hours=8)
"""When Shanghai's clocks were last moved, by them, and what they show beyond UTC."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to come on a day, or between two hours of it in Shanghai; `sequence` grows with each change."""

    uid: str
    summary: str
    description: str
    place: str
    url: str
    day: date
    since: time | None
    until: time | None
    status: str
    """TENTATIVE, CONFIRMED or CANCELLED."""
    sequence: int
    made_at: datetime
    changed_at: datetime


def written(name: str, deliveries: Sequence[Delivery]) -> bytes:
    """Write a calendar; the same deliveries make the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone())
    for one in deliveries:
        calendar.add_component(_event(one))
    content: bytes = calendar.to_ical()
    return content


def _zone() -> icalendar.Timezone:
    """Tell the zone whose days these are; its hours have not been moved since 1991."""
    zone, hours = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", SHANGHAI.key)
    hours.add("dtstart", SINCE)
    hours.add("tzoffsetfrom", OFFSET)
    hours.add("tzoffsetto", OFFSET)
    hours.add("tzname", "CST")
    zone.add_component(hours)
    return zone


def _event(one: Delivery) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("created", one.made_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("sequence", one.sequence)
    if one.since is None or one.until is None:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
    else:
        event.add("dtstart", datetime.combine(one.day, one.since, SHANGHAI).astimezone(UTC))
        event.add("dtend", datetime.combine(one.day, one.until, SHANGHAI).astimezone(UTC))
    event.add("summary", one.summary)
    event.add("description", one.description)
    event.add("location", one.place)
    event.add("status", one.status)
    event.add("transp", "TRANSPARENT")
    event.add("url", one.url)
    return event
