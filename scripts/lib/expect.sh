# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# Saying what should become true, and how long it took. Sourced after common.sh.

passed=0 failed=0

# Waits until a command succeeds, for at most a minute. usage: expect WORDS COMMAND...
expect() {
    local words=$1 began=$EPOCHREALTIME deadline=$((SECONDS + 60))
    shift
    until "$@"; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            failed=$((failed + 1))
            say "FAILED       $words"
            return
        fi
    done
    passed=$((passed + 1))
    awk -v a="$began" -v b="$EPOCHREALTIME" -v words="$words" 'BEGIN { printf "%8.0f ms  %s\n", (b - a) * 1000, words }'
}

# Whether a file holds a text. No process is started to look, so that looking is quick.
holds() { local text; [ -r "$1" ] && { text=$(<"$1"); } 2>/dev/null && [[ $text == *"$2"* ]]; }

# Whether what a command prints holds a text, whatever its exit status. usage: reports TEXT COMMAND...
reports() { local output; output=$("${@:2}" 2>&1) || true; [[ $output == *$1* ]]; }

# usage: ends_with STATUS COMMAND...
ends_with() { local status=0; "${@:2}" >/dev/null 2>&1 || status=$?; [ "$status" = "$1" ]; }
