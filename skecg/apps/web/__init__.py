"""Pages for a person at this machine, and nobody else.

`Guard` stands in front of every page: it lets in only who has the token of this run, by
the address of this machine, from the page itself. `Page` is a page with its files, and
`run_page` serves it on 127.0.0.1, `page_beside` while something else goes on. Nothing
is computed here.
"""

from skecg.apps.web._guard import Guard, Refusal
from skecg.apps.web._page import Page
from skecg.apps.web._server import listen, page_beside, run_page

__all__ = ["Guard", "Page", "Refusal", "listen", "page_beside", "run_page"]
