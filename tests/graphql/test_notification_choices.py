"""How one is told is chosen through the API: by each for themselves, and by no key."""

from typing import Any

from tests.graphql.office import Api

CHOICES = "mails choices { topic label inApp byMail }"
ASK = f"{{ myNotificationChoices {{ {CHOICES} }} }}"
CHOOSE = f"""
    mutation($input: ChooseMyNotificationsInput!) {{
        chooseMyNotifications(input: $input) {{
            __typename ... on Problem {{ sentence }} ... on NotificationChoices {{ {CHOICES} }}
        }}
    }}
"""


def ways(known: Any) -> dict[str, tuple[bool, bool]]:
    return {each["topic"]: (each["inApp"], each["byMail"]) for each in known["choices"]}


async def test_each_chooses_for_themselves_and_the_same_key_chooses_once(api: Api):
    known = (await api.ask("biller", ASK))["myNotificationChoices"]
    assert known["mails"] is True
    assert known["choices"][0] == {"topic": "QUOTATION", "label": "Quotations", "inApp": True, "byMail": False}
    wanted = {"choices": [{"topic": "QUOTATION", "inApp": False, "byMail": True}], "idempotencyKey": "once"}
    for _ in range(2):
        known = (await api.ask("biller", CHOOSE, input=wanted))["chooseMyNotifications"]
        assert ways(known)["QUOTATION"] == (False, True)
    known = (await api.ask("biller", CHOOSE, input={"mails": False}))["chooseMyNotifications"]
    assert (known["mails"], ways(known)["QUOTATION"]) == (False, (False, True))
    assert ways((await api.ask("manager", ASK))["myNotificationChoices"])["QUOTATION"] == (True, False)
    assert (await api.ask("biller", CHOOSE, input={"mails": True}))["chooseMyNotifications"]["mails"] is True


async def test_a_group_that_stands_twice_changes_nothing(api: Api):
    one = {"topic": "SALE", "inApp": False, "byMail": False}
    told = (await api.ask("biller", CHOOSE, input={"choices": [one, one], "mails": False}))["chooseMyNotifications"]
    assert told["__typename"] == "Invalid"
    known = (await api.ask("biller", ASK))["myNotificationChoices"]
    assert (known["mails"], ways(known)["SALE"]) == (True, (True, False))
