"""Gives a new installation its own secret keys: `python -m clinic.environment` writes what is missing into .env."""

import os
import secrets
import sys
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
KEYS = ("SECRET_KEY", "AUDIT_KEY")
HEADING = (
    "# Made on the first run. Keep it private, and keep a copy: AUDIT_KEY proves the trail of reads and changes.\n"
)


def missing_keys(text: str) -> list[str]:
    """The keys that neither the file nor the surrounding environment gives a value."""
    given = {name.strip() for name, _, value in (line.partition("=") for line in text.splitlines()) if value.strip()}
    return [name for name in KEYS if name not in given and not os.environ.get(name)]


def with_keys(text: str, names: list[str]) -> str:
    """The file's text with a random value for each name, in place of an empty line where there is one."""
    kept = [line for line in text.splitlines() if line.partition("=")[0].strip() not in names]
    made = [f"{name}={secrets.token_urlsafe(48)}" for name in names]
    return "\n".join([*kept, *made]) + "\n"


def ensure(path: Path) -> bool:
    """Write the missing keys, readable by the owner alone; says whether anything was written."""
    text = path.read_text(encoding="utf-8") if path.exists() else HEADING
    names = missing_keys(text)
    if not names:
        return False
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(with_keys(text, names))
    draft.replace(path)
    return True


if __name__ == "__main__":
    if ensure(ENV_FILE):
        sys.stdout.write(f"Wrote new secret keys into {ENV_FILE.name}.\n")
