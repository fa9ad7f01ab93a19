"""What a rider rides, and how they are reached: kept by themselves, or by who edits where riders deliver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from orderway.delivery.address import check_phone
from orderway.people.permissions import RIDER_COVERAGE, RIDER_VOLUNTEER
from orderway.people.riders import known
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection

Vehicle = Literal["FOOT", "BICYCLE", "MOTORCYCLE", "TRICYCLE", "CAR", "VAN", "TRUCK"]
VEHICLES: Mapping[Vehicle, str] = MappingProxyType(
    {
        "FOOT": "On foot",
        "BICYCLE": "Bicycle",
        "MOTORCYCLE": "Motorcycle",
        "TRICYCLE": "Tricycle",
        "CAR": "Car",
        "VAN": "Van",
        "TRUCK": "Truck",
    }
)
"""How a rider gets about, in words."""

LONGEST_PLATE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A rider's vehicle and phone. `plate` is that of the vehicle; `note` is what others should know of them."""

    vehicle: Vehicle
    phone: str
    plate: str = ""
    note: str = ""


KEEP = """
INSERT INTO rider_profile (rider_id, vehicle, phone, plate, note, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (rider_id) DO UPDATE SET vehicle = EXCLUDED.vehicle, phone = EXCLUDED.phone, plate = EXCLUDED.plate,
    note = EXCLUDED.note, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by
WHERE (rider_profile.vehicle, rider_profile.phone, rider_profile.plate, rider_profile.note)
    IS DISTINCT FROM (EXCLUDED.vehicle, EXCLUDED.phone, EXCLUDED.plate, EXCLUDED.note)
"""


async def keep_profile(connection: Connection, rider: UUID, profile: Profile, *, by: Viewer, at: datetime) -> None:
    """Set what a rider rides and how they are reached; what stands so already changes nothing.

    Raises Refused for who keeps no profile, Invalid for a phone or a plate that is none, and NotFound for a rider that
    they do not know.
    """
    if by.permissions.isdisjoint({RIDER_COVERAGE, RIDER_VOLUNTEER}):
        raise not_allowed(RIDER_COVERAGE, to="change the profile of a rider")
    check_profile(profile)
    reached = known(by, first=2)
    query = f"SELECT true FROM person p WHERE p.id = $1 AND {reached.sql}"  # noqa: S608  (texts of the code alone)
    if not await connection.fetchval(query, rider, *reached.values):
        raise NotFound("There is no such rider.", "Choose one from the list of riders.")
    await connection.execute(
        KEEP, rider, profile.vehicle, profile.phone.strip(), profile.plate.strip(), profile.note.strip(), at,
        by.actor().id,
    )  # fmt: skip


def check_profile(profile: Profile) -> None:
    """Raises Invalid for a vehicle, a phone or a plate that can not be."""
    if profile.vehicle not in VEHICLES:
        raise Invalid(f"“{profile.vehicle}” is no vehicle.", f"Choose one of {', '.join(VEHICLES)}.", "vehicle")
    if not profile.phone.strip():
        raise Invalid("A rider is reached by phone.", "Write their number.", "phone")
    check_phone(profile.phone.strip(), "phone")
    if len(profile.plate.strip()) > LONGEST_PLATE:
        raise Invalid(f"A plate has at most {LONGEST_PLATE} characters.", "Shorten it.", "plate")
