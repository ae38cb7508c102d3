"""A client of `pontual batch` that needs nothing but Python: it sends a request and acts on the result."""

import json
import subprocess
import sys
import time


def ask(store, request, attempts=5):
    """The result of a request; sent again, with the same key, while the store is busy (75)."""
    for attempt in range(attempts):
        done = subprocess.run(
            ["pontual", "batch", "--store", store, "--progress", "none"],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            check=False,
        )
        if done.returncode != 75:
            break
        time.sleep(2**attempt)
    return json.loads(done.stdout)


if __name__ == "__main__":
    store, file = sys.argv[1:]
    with open(file, encoding="utf-8") as handle:
        result = ask(store, json.load(handle))
    if result["outcome"] != "done":
        sys.exit(f"{result['outcome']}: {result.get('error', result.get('search'))}")
    for answer in result["answers"]:
        done = answer.get("status") or answer.get("error") or f"{len(answer.get('starts', []))} starts"
        print(answer.get("booking", "any booking"), done, answer.get("start", ""))
    for change in result["changes"]:
        print(change["booking"], change["change"], change.get("after", {}).get("start", ""))
    for event in result["events"]:
        print(event["booking"], event["event"], event.get("start", ""))
