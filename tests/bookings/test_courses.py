"""Courses: the same local time at one rhythm, clashes known first, all or nothing, one mail."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bookings import course_plans, courses, diary, notices, taking
from bookings.course_plans import Outline
from bookings.courses import Pick
from bookings.desk import letterhead
from bookings.letters import compose
from bookings.models import Appointment, Course, Notice
from bookings.slots import Reason
from tests.factories import (
    make_appointment,
    make_closure,
    make_episode,
    make_hours,
    make_location,
    make_patient,
    make_policy,
    make_practitioner,
    make_service,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
FIRST = date(2026, 10, 15)  # a Thursday; Glasgow's clocks go back on the 25th


@pytest.fixture
def clinic() -> Any:
    """Thursdays nine to five; an hour for the first, half an hour for the others."""
    mairi = make_practitioner(username="mairi")
    make_hours(practitioner=mairi, location=make_location())
    make_policy(step_minutes=30)
    return make_service(practitioners=[mairi], name="Follow-up", duration_minutes=30)


def outline(service: Any, **changes: Any) -> Outline:
    values = {"first_day": FIRST, "at": time(10), "rhythm_days": 7, "count": 4, **changes}
    return Outline(service=service, practitioner=service.practitioners.get(), **values)


def picks(plan: list[course_plans.Proposal]) -> list[Pick]:
    return [Pick(one.wanted, one.service, appointment=one.appointment) for one in plan]


def booked(service: Any, **changes: Any) -> Course:
    patient = make_patient()
    wanted = outline(service, patient_id=patient.pk, **changes)
    plan = course_plans.plan(wanted, now=NOW)
    return courses.book(
        outline=wanted, picks=picks(plan), patient=patient, now=NOW, by=wanted.practitioner, episode=None
    )


def starts(course: Course) -> list[str]:
    rows = course.appointments.exclude(status="cancelled").order_by("starts_at")
    return [taking.when_words(one.starts_at) for one in rows]


def test_a_course_keeps_its_local_time_when_the_clocks_change(clinic: Any) -> None:
    plan = course_plans.plan(outline(clinic), now=NOW)

    assert [one.wanted.hour for one in plan] == [9, 9, 10, 10]  # UTC
    assert [one.problem for one in plan] == [None] * 4


def test_the_first_may_be_another_service_than_the_others(clinic: Any) -> None:
    initial = make_service(practitioners=clinic.practitioners.all(), name="Initial", duration_minutes=60)

    course = booked(clinic, first_service=initial)

    names = course.appointments.order_by("starts_at").values_list("service_name", flat=True)
    assert list(names) == ["Initial", "Follow-up", "Follow-up", "Follow-up"]


def test_clashes_come_with_the_nearest_free_times_and_save_nothing(clinic: Any) -> None:
    taken = datetime(2026, 10, 22, 9, 0, tzinfo=UTC)
    make_appointment(practitioner=clinic.practitioners.get(), starts_at=taken, minutes=30)

    plan = course_plans.plan(outline(clinic), now=NOW)

    assert [one.problem for one in plan] == [None, Reason.TAKEN, None, None]
    assert [free.start - taken for free in plan[1].others] == [timedelta(minutes=30 * n) for n in (-2, 1, 2)]
    assert (Course.objects.count(), Appointment.objects.count()) == (0, 1)


def test_a_closed_day_and_the_persons_own_appointments_are_clashes_too(clinic: Any) -> None:
    patient = make_patient()
    make_appointment(patient=patient, starts_at=datetime(2026, 10, 15, 9, 0, tzinfo=UTC))
    make_closure(first_day=date(2026, 10, 22))

    plan = course_plans.plan(outline(clinic, patient_id=patient.pk), now=NOW)

    assert [one.problem for one in plan] == [Reason.TAKEN, Reason.SHUT, None, None]
    assert [one.can_insist for one in plan] == [False, True, False, False]


def test_a_time_the_clocks_skip_is_a_clash(clinic: Any) -> None:
    plan = course_plans.plan(outline(clinic, first_day=date(2027, 3, 27), at=time(1, 30), rhythm_days=1), now=NOW)

    assert plan[1].problem == Reason.NOT_A_TIME


@pytest.mark.parametrize("item_count", [2, 20])
def test_a_plan_asks_the_same_of_the_database_whatever_its_length(
    clinic: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    wanted = outline(clinic, count=item_count, patient_id=make_patient().pk)

    with django_assert_num_queries(5):
        course_plans.plan(wanted, now=NOW)


def test_a_course_is_booked_for_its_problem_and_steps(clinic: Any) -> None:
    episode = make_episode()
    steps = list(episode.condition.treatmentsteps.all()[:2])
    wanted = outline(clinic, patient_id=episode.patient_id)
    chosen = picks(course_plans.plan(wanted, now=NOW))

    course = courses.book(
        outline=wanted,
        picks=chosen,
        patient=episode.patient,
        now=NOW,
        by=wanted.practitioner,
        episode=episode,
        steps=steps,
    )

    assert (course.episode, list(course.steps.order_by("number"))) == (episode, steps)
    assert set(course.appointments.values_list("patient", "booked_by")) == {
        (episode.patient_id, wanted.practitioner.pk)
    }


def test_a_course_is_told_in_one_mail_with_a_calendar_file_for_each(clinic: Any) -> None:
    course = booked(clinic)

    (notice,) = Notice.objects.exclude(kind="reminder")
    mail = compose(notice, letterhead=letterhead(), now=NOW)

    assert (notice.kind, notice.course, notice.due_at) == ("course", course, NOW + notices.UNDO)
    assert len([part for part in mail.attachments if not isinstance(part, tuple)]) == 4
    assert Notice.objects.filter(kind="reminder").count() == 4


def test_when_one_time_has_gone_none_is_booked(clinic: Any) -> None:
    patient = make_patient()
    wanted = outline(clinic, patient_id=patient.pk)
    chosen = picks(course_plans.plan(wanted, now=NOW))
    make_appointment(practitioner=wanted.practitioner, starts_at=chosen[2].start, minutes=30)

    with pytest.raises(courses.CourseTaken) as refused:
        courses.book(outline=wanted, picks=chosen, patient=patient, now=NOW, by=wanted.practitioner)

    assert refused.value.start == chosen[2].start
    assert (Course.objects.count(), Appointment.objects.count(), Notice.objects.count()) == (0, 1, 0)


def test_a_time_outside_the_rules_is_booked_only_when_insisted_on(clinic: Any) -> None:
    patient = make_patient()
    wanted = outline(clinic, patient_id=patient.pk, at=time(18))
    late = course_plans.plan(wanted, now=NOW)[0].wanted
    given = {"outline": wanted, "patient": patient, "now": NOW, "by": wanted.practitioner}

    with pytest.raises(courses.CourseTaken):
        courses.book(picks=[Pick(late, clinic)], **given)
    courses.book(picks=[Pick(late, clinic, is_insisted=True)], **given)

    assert Appointment.objects.get().starts_at == late


def test_all_that_is_to_come_moves_by_its_own_rhythm_at_once(clinic: Any) -> None:
    course = booked(clinic)
    plan = course_plans.plan_move(course, days=7, at=None, now=NOW)

    courses.move_all(course=course, picks=picks(plan), now=NOW, by=course.planned_by)

    assert [one.problem for one in plan] == [None] * 4
    assert starts(course) == [
        "Thursday 22 October 2026, 10:00",
        "Thursday 29 October 2026, 10:00",
        "Thursday 5 November 2026, 10:00",
        "Thursday 12 November 2026, 10:00",
    ]
    assert Notice.objects.exclude(kind="reminder").count() == 1


def test_a_move_of_all_that_fails_for_one_moves_none(clinic: Any) -> None:
    course = booked(clinic)
    before = starts(course)
    plan = course_plans.plan_move(course, days=0, at=time(14), now=NOW)
    make_appointment(practitioner=course.practitioner, starts_at=plan[1].wanted, minutes=30)

    with pytest.raises(courses.CourseTaken):
        courses.move_all(course=course, picks=picks(plan), now=NOW, by=course.planned_by)

    assert starts(course) == before


def test_what_is_past_stays_when_the_rest_is_cancelled(clinic: Any) -> None:
    course = booked(clinic)
    later = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)

    gone = courses.cancel_all(course=course, now=later, by=course.planned_by, reason="Moves away")

    assert (len(gone), starts(course)) == (3, ["Thursday 15 October 2026, 10:00"])


def test_cancelling_all_goes_out_as_one_mail_that_takes_each_out_of_the_calendar(clinic: Any) -> None:
    course = booked(clinic)
    Notice.objects.update(sent_at=NOW)
    later = NOW + timedelta(days=1)
    courses.cancel_all(course=course, now=later, by=course.planned_by)

    (notice,) = Notice.objects.filter(sent_at=None).exclude(kind="reminder")
    mail = compose(notice, letterhead=letterhead(), now=later)

    methods = [part.get_param("method") for part in mail.attachments if not isinstance(part, tuple)]
    assert (notices.is_stale(notice, later), methods) == (False, ["CANCEL"] * 4)


def test_a_course_cancelled_before_it_was_told_is_never_mailed(clinic: Any) -> None:
    course = booked(clinic)
    soon = NOW + timedelta(minutes=1)
    courses.cancel_all(course=course, now=soon, by=course.planned_by)

    (notice,) = Notice.objects.exclude(kind="reminder")

    assert notices.is_stale(notice, soon + notices.UNDO)


def test_cancelling_twice_says_that_nothing_is_left(clinic: Any) -> None:
    course = booked(clinic)
    courses.cancel_all(course=course, now=NOW, by=course.planned_by)

    with pytest.raises(diary.NotAllowed):
        courses.cancel_all(course=course, now=NOW, by=course.planned_by)
