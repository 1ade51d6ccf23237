"""Strict readers of CEF and LEEF as their makers describe the formats; what is not exactly that raises."""

import json
import re


class Malformed(Exception):
    """The line is not what the format's description says."""


def _header(line, count):
    """The first `count` fields of a header, unescaped, and the rest."""
    fields, field, position = [], "", 0
    while len(fields) < count:
        if position >= len(line):
            raise Malformed("the header ends too early")
        letter = line[position]
        if letter == "\\":
            if line[position + 1:position + 2] not in ("\\", "|"):
                raise Malformed("a broken escape in the header")
            field, position = field + line[position + 1], position + 2
        elif letter == "|":
            fields.append(field)
            field, position = "", position + 1
        else:
            field, position = field + letter, position + 1
    return fields, line[position:]


def _one_line(line):
    """What any reader of lines would cut."""
    if len(line.splitlines()) != 1 or "\0" in line:
        raise Malformed("not one line")
    if any(ord(letter) < 0x20 and letter != "\t" for letter in line):
        raise Malformed("a control character")


def cef(line):
    """Header fields and extension of a CEF line."""
    _one_line(line)
    header, extension = _header(line, 7)
    if header[0] != "CEF:0" or not header[6].isdigit() or not 0 <= int(header[6]) <= 10:
        raise Malformed(f"no header of CEF: {header}")
    # A key begins at the start or after a blank; an equals sign that is not escaped ends it.
    starts = [m for m in re.finditer(r"(?:^| )([A-Za-z0-9_]+)(?<!\\)=", extension)]
    if not starts or starts[0].start() != 0:
        raise Malformed("the extension does not begin with a key")
    fields = {}
    for index, start in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(extension)
        if start[1] in fields:
            raise Malformed(f"{start[1]} stands twice")
        fields[start[1]] = _cef_value(extension[start.end():end])
    return header, fields


def _cef_value(text):
    if re.search(r"(?<!\\)(?:\\\\)*=", text):
        raise Malformed("an equals sign that is not escaped")
    if text != text.strip(" ") or not text:
        raise Malformed("a value with a blank at its end, or none")

    def one(match):
        return {"\\": "\\", "=": "=", "n": "\n", "r": "\r"}[match[1]]

    if re.sub(r"\\[\\=nr]", "", text).count("\\"):
        raise Malformed("a broken escape")
    return _whole(re.sub(r"\\(.)", one, text))


def leef(line):
    """Header fields and attributes of a LEEF 2.0 line."""
    _one_line(line)
    header, rest = _header(line, 6)
    if header[0] != "LEEF:2.0" or header[5] != "x09":
        raise Malformed(f"no header of LEEF: {header}")
    fields = {}
    for attribute in rest.split("\t"):
        key, equals, value = attribute.partition("=")
        if not equals or not re.fullmatch("[A-Za-z0-9_]+", key) or key in fields:
            raise Malformed(f"a broken attribute: {attribute!r}")
        fields[key] = _whole(value)
    return header, fields


def _whole(text):
    """What begins with a quote is a JSON string in ASCII; everything else is itself."""
    if not text.startswith('"'):
        return text
    if not text.isascii():
        raise Malformed("a quoted value that is not ASCII")
    return json.loads(text)


def syslog(message):
    """Priority and the other fields of an RFC 5424 message of ours."""
    found = re.fullmatch(rb"<(\d{1,3})>1 (\S+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) - (.*)",
                         message, re.DOTALL)
    if not found:
        raise Malformed(f"no RFC 5424 message: {message[:100]!r}")
    return [int(found[1])] + [part.decode() for part in found.groups()[1:6]] + [found[7]]


def canonical(value):
    """The value in the form of RFC 8785, for what our records hold."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def text(value):
    """A member's value as the formats write it."""
    return value if isinstance(value, str) else canonical(value)
