// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// What the processors of this machine have done so far, whoever had them do it. A measurement that keeps all of them busy
/// is worth as much as little else ran beside it.
package struct MachineSample {
    package var busy: Duration

    /// Of `/proc/stat`: the ticks of all processors; what a hypervisor took is none of them.
    package init() throws {
        let stat = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
        let ticks = stat.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Int($0) }
        // user, nice, system, idle, iowait, irq, softirq
        let busy = ticks.prefix(3).reduce(0, +) + ticks.dropFirst(5).prefix(2).reduce(0, +)
        self.busy = .seconds(busy) / Int(sysconf(Int32(_SC_CLK_TCK)))
    }
}
