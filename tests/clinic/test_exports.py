"""Taking a record away, by button and by command: whole, traced, and only by those who may."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from bookings.models import Appointment
from patients.export import pdf, record
from patients.models import AuditEntry
from tests.factories import make_appointment, make_patient, make_practitioner, make_user
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db


def export(*arguments: str) -> str:
    out = StringIO()
    call_command("export_patient", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_both_files_and_traces_each(tmp_path: Path) -> None:
    patient = signed_note().episode.patient

    export(patient.reference.lower(), "--output", str(tmp_path / "new"), "--by", "mairi")

    endings = sorted(path.suffix for path in (tmp_path / "new").iterdir())
    assert (endings, (tmp_path / "new" / next((tmp_path / "new").glob("*.pdf")).name).read_bytes()[:5]) == (
        [".pdf", ".txt"],
        b"%PDF-",
    )
    assert (
        list(AuditEntry.objects.filter(action="export").values_list("actor", "patient_reference"))
        == [("mairi", patient.reference)] * 2
    )


def test_an_unknown_reference_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^There is no patient with the reference AAAA-BBBB.$"):
        export("AAAA-BBBB", "--output", str(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CommandError, match="Nothing was written"):
        export(make_patient().reference, "--output", str(tmp_path / "file"))


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path, monkeypatch: Any) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(CommandError, match="No space left on device"):
        export(make_patient().reference, "--format", "text", "--output", str(tmp_path))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "kind"), [("pdf", "application/pdf"), ("text", "text/plain; charset=utf-8")])
def test_the_button_gives_a_file_with_a_safe_name(client: Client, form: str, kind: str) -> None:
    patient = make_patient(name="../../Ailsa\r\nX: y")
    client.force_login(make_practitioner(username="mairi"))

    answer = client.post(f"/admin/patients/{patient.pk}/export/", {"format": form})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="record-{patient.reference}-')
    assert AuditEntry.objects.filter(action="export", actor="mairi").count() == 1


def test_appointments_are_in_the_record(client: Client) -> None:
    patient = make_patient()
    make_appointment(patient=patient, status="did_not_attend")
    client.force_login(make_practitioner())

    body = client.post(f"/admin/patients/{patient.pk}/export/", {"format": "text"}).content.decode()

    assert Appointment.objects.count() == 1
    assert "Thursday 26 November 2026, 10:00: Initial assessment with Mairi Campbell, did" in body


def test_appointments_of_somebody_else_are_not(client: Client) -> None:
    patient = make_patient()
    make_appointment(patient=make_patient(), service_name="CANARY")
    client.force_login(make_practitioner())

    body = client.post(f"/admin/patients/{patient.pk}/export/", {"format": "text"}).content.decode()

    assert ("CANARY" in body, "0 appointments" in body) == (False, True)


def test_only_practitioners_take_records_away(client: Client) -> None:
    patient = make_patient()
    url = f"/admin/patients/{patient.pk}/export/"
    stranger = client.post(url)
    client.force_login(make_user(is_superuser=True))

    assert (stranger.status_code, client.post(url).status_code, client.get(url).status_code) == (302, 403, 405)
    assert not AuditEntry.objects.filter(action="export").exists()


def test_a_pdf_that_cannot_be_made_is_said_on_the_file(client: Client, monkeypatch: Any) -> None:
    patient = make_patient()
    client.force_login(make_practitioner())

    def broken(_: Any) -> bytes:
        raise pdf.CannotPrint("The PDF could not be made.")

    monkeypatch.setattr(pdf, "render", broken)
    answer = client.post(f"/admin/patients/{patient.pk}/export/", {"format": "pdf"}, follow=True)

    assert (answer.status_code, "The PDF could not be made." in answer.content.decode()) == (200, True)


def test_an_unknown_format_is_refused_by_the_command_and_taken_for_pdf_by_the_button(
    client: Client, tmp_path: Path
) -> None:
    patient = make_patient()
    client.force_login(make_practitioner())

    answer = client.post(f"/admin/patients/{patient.pk}/export/", {"format": "../../etc/passwd"})
    with pytest.raises(CommandError, match="invalid choice: 'docx'"):
        export(patient.reference, "--format", "docx", "--output", str(tmp_path))

    assert (answer.headers["Content-Type"], answer.content[:5], list(tmp_path.iterdir())) == (
        "application/pdf",
        b"%PDF-",
        [],
    )


def test_no_trace_no_record(client: Client, monkeypatch: Any) -> None:
    patient = make_patient()
    client.force_login(make_practitioner())

    def full(**_: Any) -> None:
        raise OperationalError("disk is full")

    monkeypatch.setattr("patients.audit.record", full)

    with pytest.raises(OperationalError):
        client.post(f"/admin/patients/{patient.pk}/export/", {"format": "text"})


def test_the_export_is_in_the_trace_even_when_it_fails(client: Client, monkeypatch: Any) -> None:
    patient = make_patient()
    client.force_login(make_practitioner())
    monkeypatch.setattr(record, "gather", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        client.post(f"/admin/patients/{patient.pk}/export/", {"format": "text"})

    assert AuditEntry.objects.filter(action="export").count() == 1
