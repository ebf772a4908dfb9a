// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#include <systemd/sd-bus.h>
