// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#pragma once

#include <stddef.h>
#include <stdint.h>

// libFuzzer's entry for programs that have a main of their own.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *bytes, size_t count));
