"""Write the frozen example of every event that has none, or whose change is meant."""

import json

from tests.contracts.samples import EVENTS, sample
from tests.contracts.test_events import FROZEN


def main() -> None:
    FROZEN.mkdir(exist_ok=True)
    for event in EVENTS:
        text = json.dumps(sample(event).model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
        (FROZEN / f"{event.stream}.{event.type}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
