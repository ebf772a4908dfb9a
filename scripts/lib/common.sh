# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# What every script uses. Sourced, with the repository's root as the working directory afterwards.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { warn "$*"; exit 1; }

# Seconds since the script began, or since the moment given (an $EPOCHREALTIME).
script_began=$EPOCHREALTIME
took() { awk -v a="${1:-$script_began}" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", b - a }'; }

# The line that ends every checking script, and that .ci/run adds up.
counts() { say "$1 passed, $2 failed, $3 skipped"; }
