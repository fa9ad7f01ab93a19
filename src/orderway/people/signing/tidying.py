"""What signing in leaves behind, deleted in batches: ended tokens and sessions, attempts that are forgotten."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import timedelta

import asyncpg

from orderway.signing_settings import SIGN_IN_MEMORY_MINUTES
from orderway.workflow.runner import Runner

KEPT = timedelta(days=30)
"""So long after its end a session is remembered: whoever signs in from the same place again is known there."""

AT_ONCE = 1000
"""Rows of one statement; a batch follows the other until none is full."""

# Tokens before their sessions, as they are locked where they are renewed.
TOKENS = """
DELETE FROM session_token WHERE token_hash = ANY (ARRAY(
    SELECT token_hash FROM session_token WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
"""
SESSIONS = """
DELETE FROM session WHERE id = ANY (ARRAY(
    SELECT s.id FROM session s WHERE s.expires_at <= $1
        AND NOT EXISTS (SELECT FROM session_token t WHERE t.session_id = s.id)
    LIMIT $2 FOR UPDATE SKIP LOCKED))
"""
ATTEMPTS = """
DELETE FROM sign_in_attempt a USING (
    SELECT id, subject FROM sign_in_attempt WHERE at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
) AS old WHERE a.id = old.id AND a.subject = old.subject
"""
FLOWS = """
DELETE FROM spent_flow WHERE state_hash = ANY (ARRAY(
    SELECT state_hash FROM spent_flow WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
"""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows were deleted."""

    tokens: int = 0
    sessions: int = 0
    attempts: int = 0
    flows: int = 0

    def __bool__(self) -> bool:
        return any(astuple(self))


async def tidy_sign_ins(runner: Runner) -> Tidied:
    """Delete what is past its time: tokens at once, sessions a month later, attempts when they are forgotten."""
    now, settings = runner.clock(), runner.workflow.settings
    forgotten = now - timedelta(minutes=settings[SIGN_IN_MEMORY_MINUTES])
    return Tidied(
        await _delete(runner.pool, TOKENS, now),
        await _delete(runner.pool, SESSIONS, now - KEPT),
        await _delete(runner.pool, ATTEMPTS, forgotten),
        await _delete(runner.pool, FLOWS, now),
    )


async def _delete(pool: asyncpg.Pool, statement: str, before: object) -> int:
    deleted = 0
    while True:
        done = int((await pool.execute(statement, before, AT_ONCE)).rpartition(" ")[2])
        deleted += done
        if done < AT_ONCE:
            return deleted
