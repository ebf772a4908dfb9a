// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#pragma once

#include <sys/types.h>

/// An anonymous file in memory, closed on exec; a negated errno on failure.
int clinux_memory_file(const char *name);

/// A pipe, both ends closed on exec: what is written to the second is read from the first.
int clinux_pipe(int ends[2]);

/// Starts `path` in a process group of its own with three descriptors as its standard streams, every other descriptor
/// closed, default signal dispositions and an empty mask. A negated errno on failure.
int clinux_spawn(
    const char *path, char *const argv[], char *const envp[], int input, int output, int error, pid_t *pid);
