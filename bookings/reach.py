"""Whether a postcode is near enough, in words that say what else can be done."""

from collections.abc import Callable

from bookings import area
from bookings.models import BookingPolicy, Location, Service, Setting


def too_far(
    service: Service, location: Location, *, policy: BookingPolicy, phone: Callable[[], str]
) -> Callable[[str], str]:
    """What to say about a postcode that is out of reach of a place; nothing when it is near enough, or the place itself
    is on no map of ours."""
    reach = {Setting.CLINIC: policy.clinic_reach_km, Setting.HOME: policy.home_reach_km}.get(Setting(service.setting))

    def words(postcode: str) -> str:
        if reach is None or area.outcode(location.postcode) not in area.districts():
            return ""
        metres = area.distance_m(location.postcode, postcode)
        if metres is not None and metres <= reach * 1000:
            return ""
        if service.setting == Setting.HOME:
            return no_home_visit(phone())
        return (
            f"This is more than {reach} km from here, too far to come every week. {_ring(phone())} and we find a way;"
            " or give the postcode of your work, if that is nearer."
        )

    return words


def no_home_visit(phone: str) -> str:
    """What to say about a home that is too far away."""
    return f"This is further away than we can come. {_ring(phone)}, or book a visit here instead."


def _ring(phone: str) -> str:
    return f"Ring us on {phone}" if phone else "Ring us"
