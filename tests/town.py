"""A small town's documents, and what the API tells of them."""

import json

LEAVE = """---
title: Annual leave
author: The personnel office
date: 2024-03-01
---
# Annual leave

## How many days

Every member of staff has thirty days of annual leave in a year.

## Carrying over

Days that are left at the end of the year may be taken until 31 March.
"""
FILES = {
    "staff/annual-leave.md": LEAVE,
    "staff/parking.md": "# Parking\n\nThe car park behind the town hall is open from six in the morning.\n",
    "harbour/gate.md": "---\ndate: 2019\n---\n# Flood gate\n\nThe flood gate is closed above nine metres.\n\n"
    "It opens again below eight.\n",
    "register.md": "# Register\n\n" + "\n\n".join(f"Entry {number}." for number in range(1, 301)),
}
QUESTION = "How many days of annual leave does a member of staff have?"
QUOTE = "Every member of staff has thirty days of annual leave in a year."


def problem_of(response, status):
    """Return the problem that a response tells, after checking its form (RFC 9457)."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["title"] and told["detail"] and told["type"]
    assert "Traceback" not in json.dumps(told)
    return told
