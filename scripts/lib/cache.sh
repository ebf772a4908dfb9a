# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# Costly things are made once and kept outside the checkout. Sourced after common.sh.
#
# An entry is a folder, ROOT/store/KIND-KEY.XXXXXX. What publishes it is the symbolic link ROOT/KIND-KEY, which is put
# in place by rename when the folder is complete, so nobody sees a half-made one. The folder itself never moves: a
# build folder is full of absolute paths. KEY is a hash of all that the entry is made from.

cache_kept=2  # newest entries of a kind that pruning leaves

case ${TRIMTAB_CACHE:-} in
    off)
        TRIMTAB_CACHE=$(mktemp -d "${TMPDIR:-/tmp}/trimtab-cache.XXXXXX")
        cache_temporary=$TRIMTAB_CACHE
        ;;
    '') TRIMTAB_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/trimtab ;;
esac
export TRIMTAB_CACHE
mkdir -p "$TRIMTAB_CACHE"/{store,locks}

# A hash of what is read: the key of an entry.
cache_key() { sha256sum | cut -c1-16; }

# The folder of a published entry; fails when there is none.
cache_path() { readlink -e "$TRIMTAB_CACHE/$1-$2"; }

cache_state() { if cache_path "$1" "$2" >/dev/null; then say warm; else say cold; fi; }

# Locks an entry, published or not, for as long as the descriptor in cache_fd stays open.
# usage: cache_lock shared|exclusive KIND KEY
cache_lock() {
    exec {cache_fd}>"$TRIMTAB_CACHE/locks/$2-$3"
    flock --nonblock "--$1" "$cache_fd" && return
    warn "waiting for another run that uses $2-$3"
    flock --wait 3600 "--$1" "$cache_fd" || die "$2-$3 has been locked for an hour: $TRIMTAB_CACHE/locks/$2-$3"
}

cache_unlock() { exec {cache_fd}>&-; }

# A new folder for an entry that is about to be made, under its lock.
cache_begin() { mktemp -d "$TRIMTAB_CACHE/store/$1-$2.XXXXXX"; }

# Publishes a folder that is complete; the caller holds the entry's lock. usage: cache_publish KIND KEY FOLDER
cache_publish() {
    ln -sfn "store/${3##*/}" "$3.link"
    mv -fT "$3.link" "$TRIMTAB_CACHE/$1-$2"
    cache_prune "$1" "$2"
}

# Withdraws an entry, so that the next use makes it anew. Its folder goes with the next pruning.
cache_forget() { rm -f "$TRIMTAB_CACHE/$1-$2"; }

# Removes all but the newest entries of a kind, and folders that no entry names, left by runs that were killed. What
# someone else holds a lock on stays. usage: cache_prune KIND KEY-THAT-IS-OURS
cache_prune() {
    local kind=$1 ours=$2 link folder key count=0
    while read -r link; do
        count=$((count + 1))
        [ "$count" -le "$cache_kept" ] || (
            exec {fd}>"$TRIMTAB_CACHE/locks/$link"
            ! flock --nonblock --exclusive "$fd" || rm -f "$TRIMTAB_CACHE/$link"
        )
    done < <(find "$TRIMTAB_CACHE" -maxdepth 1 -type l -name "$kind-*" -printf '%T@ %f\n' | sort -rn | cut -d' ' -f2)
    for folder in "$TRIMTAB_CACHE/store/$kind-"*; do
        [ -d "$folder" ] || continue
        key=${folder##*/} key=${key%.*} key=${key#"$kind"-}
        [ "$(cache_path "$kind" "$key")" != "$(readlink -e "$folder")" ] || continue
        (
            exec {fd}>"$TRIMTAB_CACHE/locks/$kind-$key"
            [ "$key" = "$ours" ] || flock --nonblock --exclusive "$fd" || exit 0
            rm -rf "$folder"
        )
    done
}

# Removes a cache that was only for this run. For the script's exit trap.
cache_done() { [ -z "${cache_temporary:-}" ] || rm -rf "$cache_temporary"; }
