"""Deliveries are written as an iCalendar (RFC 5545): escaped, folded, in UTC. The only import of icalendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from shared.clock import SHANGHAI

PRODUCT = "-//Zhucai//Deliveries 1//ZH"
REFRESH = timedelta(hours=1)


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
    is_certain: bool
    sequence: int
    made_at: datetime
    changed_at: datetime


def written(name: str, deliveries: Sequence[Delivery]) -> bytes:
    """Write a calendar; the same deliveries make the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for one in deliveries:
        calendar.add_component(_event(one))
    content: bytes = calendar.to_ical()
    return content


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
    event.add("status", "CONFIRMED" if one.is_certain else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("url", one.url)
    return event
