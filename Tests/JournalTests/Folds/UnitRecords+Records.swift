// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Model

extension UnitRecords {
    var records: [UnitID: UnitRecord] { held.mapValues(\.wrappedValue) }
}
