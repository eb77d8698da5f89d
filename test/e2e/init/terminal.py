"""Runs a command on a terminal of its own, types a line of a JSON file at each question, and prints what is shown.

A question ends with a colon and a space. A line that is one control character is typed as it is. Ends as the command does.
"""

import json
import os
import pty
import re
import select
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    lines = json.load(file)

child, terminal = pty.fork()
if child == 0:
    os.environ.pop("CI", None)
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
asked = 0
while select.select([terminal], [], [], 600)[0]:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    # The cursor goes behind the question last.
    if lines and re.search(rb": \x1b\[\d+G$", shown[asked:]):
        asked = len(shown)
        line = lines.pop(0)
        os.write(terminal, line.encode() if re.fullmatch(r"[\x00-\x1f]", line) else line.encode() + b"\r")

sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
