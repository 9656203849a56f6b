"""Open a report in headless Chromium, say what its console says, and take pictures at two widths.

screenshots.py REPORT_FOLDER OUT_FOLDER [--dark] [PAGE ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = (1280, 390)


def main() -> int:
    """Take the pictures; exit code 1 when a page logged an error or asked the network for something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "pages", nargs="*", default=["index.html", "intensity.html", "progress.html", "activities.html"]
    )
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    trouble = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=args.chromium, args=["--no-sandbox"])
        for width in WIDTHS:
            view = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="dark" if args.dark else "light"
            )
            tab = view.new_page()
            tab.on("console", lambda m: trouble.append(m.text) if m.type in {"error", "warning"} else None)
            tab.on("pageerror", lambda e: trouble.append(str(e)))
            tab.on(
                "request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else trouble.append(r.url)
            )
            for page in args.pages:
                tab.goto((args.report / page).resolve().as_uri())
                height = tab.evaluate("document.documentElement.scrollHeight")
                for y in range(0, height, 600):
                    tab.evaluate(f"window.scrollTo(0, {y})")
                    tab.wait_for_timeout(60)
                tab.wait_for_function("[...document.querySelectorAll('.chart')].every(c => c.dataset.drawn)")
                tab.evaluate("window.scrollTo(0, 0)")
                wide = tab.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    trouble.append(f"{page} is {wide} px wide at {width} px")
                name = f"{Path(page).stem}-{width}{'-dark' if args.dark else ''}.png"
                tab.screenshot(path=args.out / name, full_page=True)
                print(f"{name}: {height} px high")
        browser.close()
    print("\n".join(trouble) or "no console message, no request")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
