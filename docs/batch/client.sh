#!/bin/sh
# A client of `pontual batch` with jq: sends a request, again while the store is busy (75), and acts on the result.
# Usage: client.sh STORE REQUEST.json
set -u
for pause in 1 2 4 8 0; do
    result=$(pontual batch --store "$1" --request "$2" --progress none)
    code=$?
    if [ "$code" -ne 75 ]; then break; fi
    sleep "$pause"
done
if [ "$(printf '%s' "$result" | jq -r .outcome)" != done ]; then
    printf '%s\n' "$result" | jq -c '{outcome, error, clashes: .search.clashes}' >&2
    exit "$code"
fi
printf '%s\n' "$result" | jq -r '
    (.answers[] | [.booking // "any booking", .status // .error // "\(.starts // [] | length) starts", .start // ""]),
    (.changes[] | [.booking, .change, .after.start // ""]),
    (.events[] | [.booking, .event, .start // ""]) | join(" ")'
