"""Makes a scratch database on the engine of DATABASE_URL, and measures there."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.scratch import ROOT, scratch_database

CODE = "import django; django.setup(); from benchmarks import find, measure; measure.main(); find.main()"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)) as environment:
        own = {**environment, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        return subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, env=own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
