"""A definition in plain sentences over HTTP: for whoever reads it, in his language, as it was published."""

from __future__ import annotations


def test_a_definition_is_told_in_the_language_of_the_request(house):
    revision = house.get("/definitions/errand")["revision"]
    for lang, section in (("en", "## How a ticket begins"), ("zh", "## 如何开单")):
        answer = house.ask("GET", f"/definitions/errand/explanation?revision={revision}", lang=lang)
        assert answer.status_code == 200
        assert answer.mimetype == "text/markdown"
        assert section in answer.get_data(as_text=True)
