// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Testing
