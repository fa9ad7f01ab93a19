"""Commenting on orders in the API."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking
from orderway.graphql.changing import changing
from orderway.graphql.comments import OrderComment
from orderway.order import comments
from orderway.order.begun import Asker


@strawberry.type(name="OrderCommented", description="It is said, and committed.")
class OrderCommented:
    comment: comments.Comment = strawberry.field(graphql_type=OrderComment)


CommentAnswer = Annotated[
    OrderCommented | Refused | Conflict | NotFound | Invalid,
    strawberry.union("AddCommentAnswer", description="What a comment comes to."),
]


def commenting() -> StrawberryField:
    """The mutation."""
    return changing(
        "addComment",
        comments.NewComment,
        add,
        answer=CommentAnswer,
        description="Comment on an order: a note among the seller's people, or for the buyer too.",
    )


async def add(asking: Asking, asked: comments.NewComment, key: str | None) -> OrderCommented:
    """Comment as the viewer. Raises what `add_comment` raises."""
    by = Asker(viewer=asking.signed_in, key=key, request_id=asking.request_id)
    return OrderCommented(comment=await comments.add_comment(asking.desk.runner, by, asked))
