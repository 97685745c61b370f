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


def test_nothing_is_shared_before_a_review_that_finds_nothing(acting):
    nora, pia = acting.browser().log_in("nora"), acting.browser().log_in("pia")
    own = LINK.findall(pia.get("/calls").text)[0]
    page, review, share = f"/calls/{own}", f"/calls/{own}/review", f"/calls/{own}/share"
    assert "Review before sharing" not in pia.get(page).text
    for forbidden in (review, share, f"/calls/{own}/unshare"):
        assert pia.post(forbidden, data={"csrf": pia.csrf("/profile")}).status_code == 403
    early = nora.submit(page, {}, to=share)
    assert early.status_code == 422
    assert acting.store.recording(own) is None
    assert "Only who listened" in nora.submit(page, {"transcript": "Hello."}, to=review).text
    said = "Agent: and the card? Caller: 4111 1111 1111 1111, and the security code is 123."
    found = nora.submit(page, {"transcript": said, "heard": "on"}, to=review).text
    assert re.search(r"1 . card number, 1 . security code", found)
    assert "▇▇▇▇" in found
    assert "4111 1111" not in found
    assert "4111" not in nora.get(page).text
    assert "redact it first" in found
    assert nora.submit(page, {}, to=share).status_code == 422
    nora.submit(page, {"heard": "on", "contains_sad": "on"}, to=review)
    assert "It may not be shared." in nora.get(page).text
    clean = nora.submit(page, {"transcript": "About custody.", "heard": "on"}, to=review).text
    assert "nothing was found that must not be shared" in clean
    assert "Shared with nobody" in pia.get(page).text


def test_a_shared_recording_is_heard_below_and_tells_nothing_of_the_person(acting):
    nora, omar, vera = (acting.browser().log_in(each) for each in ("nora", "omar", "vera"))
    pia, ada = (acting.browser().log_in(each) for each in ("pia", "ada"))
    own = set(LINK.findall(pia.get("/calls").text))
    call = next(each for each in LINK.findall(omar.get("/calls").text) if each not in own)
    page, person = f"/calls/{call}", acting.store.lead(call).submission
    assert pia.get(page).status_code == 404
    assert "Nothing is shared" in pia.get("/calls/shared").text
    nora.submit(page, {"heard": "on"}, to=f"{page}/review")
    offered = nora.get(page).text
    assert "Everybody below Omar Haddad" in offered
    assert "Everybody below Nora Quist" in offered
    assert nora.submit(page, {"below": "pia"}, to=f"{page}/share").status_code == 422
    told = nora.submit(page, {"below": "omar"}, to=f"{page}/share").text
    assert re.search(r"Shared by Nora Quist, <time[^>]*>Nov 20, 2026, 2:30 pm EST", told)
    listed = pia.get("/calls/shared").text
    assert f'href="{page}"' in listed
    heard = pia.get(page)
    assert "<audio" in heard.text
    assert "Shared by" in heard.text
    for words in (person.name.display, person.name.last, person.phone[-4:], "The lead", call[:8]):
        shown = heard.text.replace(f"/calls/{call}", "")
        assert words not in shown, words
    assert pia.get(f"{page}/recording").content[:4] == b"RIFF"
    assert pia.get(f"/leads/{call}").status_code == 404
    for path in (page, f"{page}/recording"):
        assert ada.get(path).status_code == 404
    assert call not in ada.get("/calls/shared").text
    assert "Harbor Family Law" in vera.get("/calls/shared").text
    ended = vera.submit(page, {}, to=f"{page}/unshare")
    assert "is not shared any more" in ended.text
    for path in (page, f"{page}/recording"):
        assert pia.get(path).status_code == 404
    assert pia.submit("/profile", {}, to=f"{page}/share").status_code == 403
    assert ada.submit("/profile", {}, to=f"{page}/unshare").status_code in {403, 404}
