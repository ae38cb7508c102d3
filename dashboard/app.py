"""The file that Streamlit runs."""

from __future__ import annotations

# Processes that jobs spawn import this file under another name; they show nothing, and load no Streamlit.
if __name__ == "__main__":
    from dashboard.app_pages.application import show

    show()
