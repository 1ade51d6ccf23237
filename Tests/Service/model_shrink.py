"""Makes a disagreement of service and model as small as it gets: fewer changes, fewer links, fewer scopes."""

import json
import time

from authority_model import Link
from model_run import Change, Disagreement, describe

PATIENCE = 90


def smallest(done, disagreement, trials):
    """`done` holds the links and changes before the disagreement, in order; `trials` gives fresh worlds."""
    end = time.monotonic() + PATIENCE
    story = concerning(done, disagreement.asked)
    asked = disagreement.asked
    found = replay(next(trials), story, asked)
    if not found:
        return f"{disagreement}\n  (not seen again when only these were done: {tell(story)})"
    progress = True
    while progress and time.monotonic() < end:
        progress = False
        for less_story, less_asked in smaller(story, asked):
            again = replay(next(trials), less_story, less_asked)
            if again:
                story, asked, found, progress = less_story, less_asked, again, True
                break
            if time.monotonic() > end:
                break
    trial = next(trials)
    agents = [f"  {name}: {json.dumps(vars(agent) | {'to': sorted(agent.to)})}"
              for name, agent in trial.world.agents.items() if name in names(story, asked)]
    trial.close()
    return "The smallest chain that shows it:\n" + "\n".join(
        ["  " + line for line in tell(story)] + ["  " + str(found), *agents])


def ancestry(link):
    return [] if link is None else [*ancestry(link.parent), link]


def names(story, asked):
    found = {asked.by, asked.to} | set(asked.link.path if asked.link else ())
    return found | {one.what for one in story if isinstance(one, Change)}


def concerning(done, asked):
    """Only the links the request stands on, and the changes that touch their agents."""
    chain = ancestry(asked.link)
    agents = {asked.by, asked.to} | set(asked.link.path if asked.link else ())

    def concerns(one):
        if isinstance(one, Link):
            return one in chain
        return one.what in chain if one.kind == "revoke" else one.what in agents or one.kind.endswith("_kind")
    return [one for one in done if concerns(one)]


def smaller(story, asked):
    """The same with one thing less."""
    for index in range(len(story)):
        yield story[:index] + story[index + 1:], asked
    if len(asked.scopes) > 1:
        for scope in asked.scopes:
            yield story, asked._replace(scopes=(scope,))
    if len(asked.audiences) > 1:
        for audience in asked.audiences:
            yield story, asked._replace(audiences=(audience,))
    if asked.expires_in:
        yield story, asked._replace(expires_in=None)


def replay(trial, story, asked):
    """Does it all again in a fresh world; a link whose parent is gone hangs from what is above. The disagreement, if any."""
    made = {}
    try:
        for one in story:
            if isinstance(one, Change):
                if one.kind == "revoke" and one.what not in made:
                    return None
                trial.change(one._replace(what=made[one.what]) if one.kind == "revoke" else one)
                continue
            again, disagreement = once(trial, one.asked, made)
            if disagreement:
                return disagreement
            if not again:
                return None
            made[one] = again
            trial.world.links.append(again)
        waits = [link.expiry for link in made.values() if link.asked.expires_in]
        if waits and asked.link in made:
            time.sleep(max(0, min(waits) - time.time() + 1.6) if min(waits) - time.time() < 16 else 0)
        return once(trial, asked, made)[1]
    finally:
        trial.close()


def once(trial, asked, made):
    """Asks from the nearest link that was made again; gives the link that came of it, and the disagreement."""
    if asked.link:
        above = next((made[link] for link in reversed(ancestry(asked.link)) if link in made), None)
        if above is None:
            if asked.kind != "hand_over":
                return None, None
            asked = asked._replace(kind="start", by="m-portal", link=None)
        else:
            asked = asked._replace(link=above, by=above.path[-1] if asked.by == asked.link.path[-1] else asked.by)
    links, disagreement = trial.ask([asked])
    if isinstance(disagreement, Disagreement):
        return None, disagreement
    return (links[0] if links else None), None


def tell(story):
    return [f"{one.kind} {' → '.join(one.what.path) if one.kind == 'revoke' else one.what}"
            + (f" {json.dumps(one.capabilities)}" if one.capabilities else "")
            if isinstance(one, Change) else describe(one.asked) for one in story]
