"""`python -m benchmarks` measures both engines, one after the other, each on a database of its own that it removes."""

import os
import subprocess
import sys

ENGINES = (
    "sqlite:///var/benchmarks.sqlite3",
    os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/clinic"),
)


def main() -> int:
    """How many engines could not be measured."""
    failed = 0
    for url in ENGINES:
        own = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        failed += subprocess.run([sys.executable, "-m", "benchmarks.engine"], env=own, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
