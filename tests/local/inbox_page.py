"""How the inbox looks. Pure: messages in, one HTML page out.

What was sent is foreign content: text is escaped, and HTML is shown only inside a sandboxed frame
that runs no script. Links in it open outside the frame, so that a pay page can be tried.
"""

from datetime import datetime, timezone
from html import escape

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882 }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem }
h1 { font-size: 1.3rem }
article { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; overflow: hidden }
header { background: var(--soft); padding: .6rem .9rem }
header b { font-size: 1.05rem }
.kind { border: 1px solid var(--line); border-radius: 99px; float: right; font-size: .8rem; padding: 0 .6rem }
dl { display: grid; gap: 0 .8rem; grid-template-columns: max-content 1fr; margin: .3rem 0 0 }
dt { opacity: .65 }
dd { margin: 0; overflow-wrap: anywhere }
iframe { background: #fff; border: 0; display: block; height: 34rem; width: 100% }
pre { font: inherit; margin: 0; padding: .8rem .9rem; overflow-wrap: anywhere; white-space: pre-wrap }
details > summary { cursor: pointer; padding: .4rem .9rem }
"""


def render(messages, now):
    """The whole page; `messages` in the order in which they are to be shown."""
    body = "".join(_article(one) for one in messages) or "<p>Nothing was sent yet.</p>"
    counts = f"E-mails: {_count(messages, 'e-mail')}, SMS: {_count(messages, 'SMS')}"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Upominek: inbox</title><style>{STYLE}</style>"
        f"<h1>Everything that went out</h1><p>{counts}; oldest first; looked at {_time(now)}. "
        f'As <a href="/messages.json">JSON</a>.</p>{body}</html>'
    )


def _article(one):
    lines = [("day", one["day"]), ("sent", _time(datetime.fromtimestamp(one["at"], timezone.utc)))]
    lines += [("from", one["from"]), ("to", one["to"])]
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in lines if value)
    title = f"<b>{escape(one['subject'])}</b>" if one["subject"] else ""
    return (
        f'<article id="{escape(one["id"])}"><header><span class="kind">{one["kind"]}</span>{title}'
        f"<dl>{rows}</dl></header>{_content(one)}</article>"
    )


def _content(one):
    text = f"<pre>{escape(one['text'])}</pre>"
    if not one["html"]:
        return text
    # No allow-scripts and no allow-same-origin: the frame can only be read and its links opened.
    frame = (
        '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" '
        f'title="{escape(one["subject"])}" srcdoc="{escape(_links_open_outside(one["html"]))}"></iframe>'
    )
    return f"{frame}<details><summary>As text</summary>{text}</details>"


def _links_open_outside(html):
    return f'<base target="_blank">{html}'


def _count(messages, kind):
    return sum(one["kind"] == kind for one in messages)


def _time(at):
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
