// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

// The package manager wants a source file.
#include "libfuzzer.h"
