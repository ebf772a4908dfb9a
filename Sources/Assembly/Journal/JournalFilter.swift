// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal

/// The API has a filter of the same name, and a module cannot be named where a type has its name.
typealias JournalFilter = EventFilter
