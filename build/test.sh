#!/usr/bin/env bash
# Runs the test projects and sums their counts. Called by build.sh: test.sh CONFIGURATION [PROJECT]
set -uo pipefail
configuration=$1 only=${2:-}
passed=0 failed=0 skipped=0
# One project may take this long; a test that hangs must not hang CI.
limit=900

for project in tests/*.Tests; do
    name=$(basename "$project")
    if [ -n "$only" ] && [ "$only" != "$name" ]; then continue; fi
    log=out/$name.log
    echo "== $name"
    timeout --kill-after=10 "$limit" dotnet "$project/bin/$configuration/net10.0/$name.dll" -noColor </dev/null >"$log" 2>&1
    code=$?
    # The runner's last line: "   Name  Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s"
    summary=$(grep -E '^ +[^ ]+ +Total: [0-9]+, Errors: ' "$log" | tail -n 1)
    count() { sed -nE "s/.* $1: ([0-9]+).*/\1/p" <<<"$summary"; }
    if [ -z "$summary" ]; then
        cat "$log"
        echo "$name ended with $code and no summary: it counts as a failure."
        failed=$((failed + 1))
        continue
    fi
    total=$(count Total) errors=$(count Errors) lost=$(count Failed) left=$(count Skipped)
    # Everything but the runner's own chatter: failures with their reasons, and why tests were skipped.
    grep -vE '^(xUnit\.net|  (Discover|Start|Finish)|=== TEST|$)' "$log"
    lost=$((lost + errors))
    if [ "$lost" -eq 0 ] && [ "$code" -ne 0 ]; then
        echo "$name ended with $code though no test failed: it counts as a failure."
        lost=1
    fi
    passed=$((passed + total - left - lost)) failed=$((failed + lost)) skipped=$((skipped + left))
done

echo "PowerShell: $("$PROCNET_PWSH" -NoProfile -Version) ($PROCNET_PWSH)"
if [ "$skipped" -gt 0 ] && [ "$(id -u)" -eq 0 ]; then failed=$((failed + 1)); echo "Root may do everything that tests need, and $skipped were skipped: it counts as a failure."; fi
if [ "$passed" -eq 0 ]; then failed=$((failed + 1)); echo "No test ran."; fi
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
