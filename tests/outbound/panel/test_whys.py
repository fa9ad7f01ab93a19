"""Why something did not arrive: who looks after deliveries reads a sentence, and no host of our own network."""

from uuid import UUID

import pytest

from orderway.languages import catalogue
from orderway.outbound.panel.whys import PUBLIC, public, why_for
from orderway.people.permissions import BUILT_IN
from orderway.people.roles import Role
from orderway.people.viewer import Viewer


@pytest.mark.parametrize(
    ("kept", "said", "french"),
    [
        ("The mail server 10.1.2.3:25 can not be used: connection refused.",
         "The mail server can not be used.", "Le serveur de messagerie n’est pas utilisable."),
        ("The mail server refuses the address: 550 5.1.1 (mx1.lan) No such mailbox. Sorry.",
         "The mail server refuses the address.", "Le serveur de messagerie refuse l’adresse."),
        ("The mail server did not answer within 10 seconds.",
         "The mail server did not answer within 10 seconds.",
         "Le serveur de messagerie n’a pas répondu en 10 secondes."),
        ("The broker at nats://10.1.2.3:4222 can not be reached: nobody listens there.",
         "The broker can not be reached.", "Le courtier est injoignable."),
        ("The name shop.example leads to 10.1.2.3, which is of no public network.",
         "Its name leads to no public network.", "Son nom ne mène à aucun réseau public."),
        ("It answered 503.", "It answered 503.", "La réponse a été 503."),
        ("[Errno 111] connect to db.lan:5432",
         "It could not be brought there: who may change settings sees more of it, and the log says all.",
         ("La remise n’a pas abouti\N{NO-BREAK SPACE}: qui peut modifier les réglages en voit davantage, et le"
         " journal dit tout.")),
    ],
)  # fmt: skip
def test_what_was_filled_in_is_left_out_where_it_may_be_of_our_own_network(kept: str, said: str, french: str):
    assert public(kept) == said
    assert catalogue("fr").said(said) == french


def test_no_public_sentence_names_a_place():
    gaps = {
        gap
        for said in PUBLIC.values()
        for gap in ("{place}", "{address}", "{host}", "{fault}", "{answer}")
        if gap in said
    }
    assert gaps == set()


@pytest.mark.parametrize(
    ("role", "read"),
    [
        ("ADMIN", "The mail server 10.1.2.3:25 can not be used: connection refused."),
        ("MANAGER", "The mail server can not be used."),
    ],
)
def test_who_may_change_settings_reads_what_was_kept(role: str, read: str):
    roles = tuple(Role(each.label, each.permissions, each.name) for each in BUILT_IN if each.name == role)
    viewer = Viewer(UUID(int=1), "Ada", roles, stores=frozenset({UUID(int=2)}), customer_id=None)
    assert why_for(viewer, "The mail server 10.1.2.3:25 can not be used: connection refused.") == read
    assert why_for(viewer, None) is None
