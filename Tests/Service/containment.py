"""Containment of scopes, written from the specification with regular expressions; it shares nothing with the service."""

import functools
import re


@functools.cache
def _pattern(segment):
    return re.compile(".*".join(map(re.escape, segment.split("*"))), re.DOTALL)


@functools.cache
def covers(held, asked):
    """Whether the holder of `held` may be given `asked`. A `*` of `asked` is a character that only a `*` can match."""
    ours, theirs = held.split(":"), asked.split(":")
    if ours[-1] == "*":
        if len(theirs) < len(ours):
            return False
        ours = ours[:-1]
    elif len(theirs) != len(ours) or theirs[-1] == "*":
        return False
    return all(_pattern(one).fullmatch(other) for one, other in zip(ours, theirs))


def contained(asked, held):
    """Whether each scope of `asked` is covered by one scope of `held`."""
    return all(any(covers(one, scope) for one in held) for scope in asked)


def within(child, parent):
    """Whether one authority (audience → scopes) is contained in another."""
    return all(name in parent and contained(scopes, parent[name]) for name, scopes in child.items())


@functools.cache
def overlaps(left, right):
    """Whether some concrete scope is matched by both patterns."""
    ours, theirs = left.split(":"), right.split(":")
    shared = min(len(ours) - (ours[-1] == "*"), len(theirs) - (theirs[-1] == "*"))
    if ours[-1] != "*" and theirs[-1] != "*" and len(ours) != len(theirs):
        return False
    if ours[-1] == "*" and theirs[-1] != "*" and len(theirs) < len(ours):
        return False
    if theirs[-1] == "*" and ours[-1] != "*" and len(ours) < len(theirs):
        return False
    return all(_meet(one, other) for one, other in zip(ours[:shared], theirs[:shared]))


@functools.cache
def _meet(left, right):
    """Whether two globs match a common text."""
    if not left or not right:
        return not (left + right).strip("*")
    if left[0] == "*":
        return _meet(left[1:], right) or _meet(left, right[1:])
    if right[0] == "*":
        return _meet(right, left)
    return left[0] == right[0] and _meet(left[1:], right[1:])
