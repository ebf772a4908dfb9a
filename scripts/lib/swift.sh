# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# How this package is built for debugging and testing. Sourced after common.sh. One debug build serves everything.

# Where SwiftPM builds; the Makefile and .ci/run set it.
SCRATCH=${SCRATCH:-.build}

swift_options=(--scratch-path "$SCRATCH" --explicit-target-dependency-import-check error)

# Runs a command quietly. When it fails, shows what matters of its output: errors with the lines below them, else the
# end. usage: quietly LOG COMMAND...
quietly() {
    local log=$1 status=0
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" = 0 ] || excerpt "$log" >&2
    return "$status"
}

excerpt() {
    awk '
        / error: |^error: |^fatal: |✘|\*\*\* |Fatal error|signal code/ { keep = 4 }
        keep > 0 && shown < 120 { print; shown++; keep-- }
        { end[NR % 30] = $0 }
        END {
            if (shown) exit
            for (i = NR - 29; i <= NR; i++) if (i > 0) print end[i % 30]
        }
    ' "$1"
}
