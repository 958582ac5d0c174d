"""A page of HTML, read as strictly as it was written."""

from html.parser import HTMLParser

_VOID = {"meta", "img", "br", "link", "input", "hr"}
_LINKS = ("href", "src", "srcset")


class Page(HTMLParser):
    """Reads a page: tags must close in order; keeps what tests look at."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.rows, self.text = [], [], [], [], ""
        self.feed(text)
        self.close()

    @property
    def images(self):
        """Attributes of each picture."""
        return [attributes for tag, attributes in self.tags if tag == "img"]

    @property
    def items(self):
        """Attributes of what has a rank."""
        return [attributes for _, attributes in self.tags if "data-rank" in attributes]

    def handle_starttag(self, tag, attrs):
        """Note a tag that opens."""
        if tag not in _VOID:
            self.open.append(tag)
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.links += [attributes[a] for a in _LINKS if a in attributes]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        """Note a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close the last one."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note text."""
        self.text += data
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
