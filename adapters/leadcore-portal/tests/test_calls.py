"""Inbound calls: who hears what, how recordings are served, and the review before sharing."""

from __future__ import annotations

import re

LINK = re.compile(r'href="/calls/([0-9a-f-]{36})"')


def test_calls_are_listed_played_and_downloaded(browsers):
    nora = browsers("nora")
    first = LINK.findall(nora.get("/calls").text)[0]
    page = nora.get(f"/calls/{first}").text
    assert "<audio" in page
    assert f'src="/calls/{first}/recording"' in page
    whole = nora.get(f"/calls/{first}/recording")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.content[:4] == b"RIFF"
    assert "content-disposition" not in whole.headers
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = nora.get(f"/calls/{first}/recording", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, whole.content[4:10])
    late = nora.get(f"/calls/{first}/recording", headers={"Range": "bytes=99999999-"})
    assert late.status_code == 416
    saved = nora.get(f"/calls/{first}/recording?download=1").headers["content-disposition"]
    assert saved.startswith("attachment")
    assert ".wav" in saved


def test_a_call_is_heard_by_whoever_sees_its_lead(browsers):
    everybodys = set(LINK.findall(browsers("nora").get("/calls").text))
    own = set(LINK.findall(browsers("pia").get("/calls").text))
    assert own < everybodys
    other = (everybodys - own).pop()
    for path in (f"/calls/{other}", f"/calls/{other}/recording"):
        assert browsers("pia").get(path).status_code == 404
        assert browsers("ada").get(path).status_code == 404
        assert browsers("vera").get(path).status_code == 200
    found = browsers("nora").get("/calls?since=2030-01-01").text
    assert "No call fits" in found


def test_nothing_is_shared_before_a_review_that_finds_nothing(browsers):
    nora, pia = browsers("nora"), browsers("pia")
    own = LINK.findall(pia.get("/calls").text)[0]
    page, review = f"/calls/{own}", f"/calls/{own}/review"
    assert "Review before sharing" not in pia.get(page).text
    refused = pia.post(review, data={"csrf": pia.csrf("/profile"), "transcript": "Hello."})
    assert refused.status_code == 403
    said = "Agent: and the card? Caller: 4111 1111 1111 1111, and the security code is 123."
    found = nora.submit(page, {"transcript": said, "heard": "on"}, to=review).text
    assert re.search(r"Found: 1 . card number, 1 . security code", found)
    assert "▇▇▇▇" in found
    assert "redact it first" in found
    clean = nora.submit(page, {"transcript": "About custody."}, to=review).text
    assert "<strong>No.</strong>" in clean
    heard = nora.submit(page, {"transcript": "About custody.", "heard": "on"}, to=review).text
    assert "Yes, for training." in heard
    assert nora.submit(page, {"transcript": ""}, to=review).status_code == 422
