"""A runbook as it is read: its commands in order, and what it says they print."""

import pathlib
import re
import shlex
from typing import NamedTuple

from service import ROOT

FOLDER = ROOT / "docs/runbooks"
UNIT = ROOT / "examples/systemd/mandate.service"


class Block(NamedTuple):
    """One fence of shell commands. `status` is how it must end, `printed` what it must print (None: anything)."""

    line: int
    commands: str
    status: int
    reason: str | None
    printed: str | None


class Runbook:
    """`steps` are blocks, and between them the comments that say what happens meanwhile."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.steps = []
        self._read(self.path.read_text().splitlines())

    @property
    def blocks(self):
        return [step for step in self.steps if isinstance(step, Block)]

    @property
    def runnable(self):
        return [block for block in self.blocks if block.reason is None]

    def _read(self, lines):
        number = 0
        while number < len(lines):
            line = lines[number]
            number += 1
            if comment := re.fullmatch(r"<!-- (.*) -->", line.strip()):
                self.steps.append(comment[1])
            if not (fence := re.fullmatch(r"( *)```(\S*) ?(.*)", line)):
                continue
            indent, language, words = len(fence[1]), fence[2], fence[3]
            begin = number
            while lines[number].strip() != "```":
                number += 1
            content = "\n".join(one[indent:] for one in lines[begin:number])
            number += 1
            if language == "sh":
                self.steps.append(self._block(begin, content, words))
            elif language == "text":
                last = self.steps[-1] if self.steps else None
                assert isinstance(last, Block), f"{self.path.name}:{begin}: no commands print this"
                assert last.printed is None, f"{self.path.name}:{begin}: a second output of the same commands"
                self.steps[-1] = last._replace(printed=content)
            else:
                assert language, f"{self.path.name}:{begin}: a fence without a language"

    def _block(self, line, commands, words):
        marks = shlex.split(words)
        known = {mark.partition("=")[0]: mark.partition("=")[2] for mark in marks}
        assert set(known) <= {"norun", "reason", "exit"}, f"{self.path.name}:{line}: {words}"
        assert ("norun" in known) == ("reason" in known), f"{self.path.name}:{line}: norun needs a reason"
        return Block(line, commands, int(known.get("exit", 0)), known.get("reason"), None)

    # As a script

    def script(self, meanwhile):
        """All of it for one bash, as somebody would type it: variables and functions stay. Each block announces itself."""
        parts = []
        for step in self.steps:
            if isinstance(step, str):
                assert step in meanwhile, f"{self.path.name}: what happens when “{step}”?"
                parts.append(f"( {meanwhile[step]} ) > /dev/null")
            elif step.reason is None:
                parts.append(f"printf '{mark(step)}\\n'")
                parts.append(
                    step.commands if step.status == 0 else
                    f"set +e\n( set -e\n{step.commands}\n)\nended=$?\nset -e\n[ $ended -eq {step.status} ]")
        return "\n".join(["exec 2>&1", *parts, f"printf '{END}\\n'", ""])


END = "\x1eend"


def mark(block):
    return f"\x1eblock {block.line}"


def differs(expected, found):
    """Whether what was printed is not what was said: `…` stands for anything within a line, alone for any lines."""
    pattern = []
    for line in expected.splitlines():
        if line.strip() == "…":
            pattern.append(r"(?:[^\n]*\n)*?")
        else:
            pattern.append("[^\n]*?".join(re.escape(part.rstrip() if last else part) for part, last in _parts(line)) + "[ \t]*\n")
    return re.fullmatch("".join(pattern), found.rstrip("\n") + "\n" if found.strip() else "") is None


def _parts(line):
    parts = line.split("…")
    return [(part, index == len(parts) - 1) for index, part in enumerate(parts)]
