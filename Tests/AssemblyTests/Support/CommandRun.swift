// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Manifest

/// How a command ended. Testing has an `ExitStatus`, too, and is not imported here.
struct CommandRun: Sendable {
    var status: ExitStatus
    var output: String
    var errors: String

    /// What `--output json` printed.
    var value: Value {
        get throws { try JSON.read(Array(output.utf8)) }
    }
}
