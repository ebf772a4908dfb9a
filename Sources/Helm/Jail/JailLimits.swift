// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What one run of Helm may spend.
package struct JailLimits: Sendable, Hashable {
    /// From start to end.
    package var time: Duration
    /// Seconds of processor time, of all threads together.
    package var processorSeconds: UInt64
    /// Bytes of memory.
    package var memory: UInt64
    /// Bytes that are printed.
    package var output: Int
    /// Bytes of messages.
    package var messages: UInt64
    package var openFiles: UInt64
    /// Threads; other processes cannot be started at all.
    package var threads: UInt64

    package init(
        time: Duration = .seconds(30), processorSeconds: UInt64 = 30, memory: UInt64 = 512 << 20,
        output: Int = 64 << 20, messages: UInt64 = 1 << 20, openFiles: UInt64 = 256, threads: UInt64 = 128
    ) {
        self.time = time
        self.processorSeconds = processorSeconds
        self.memory = memory
        self.output = output
        self.messages = messages
        self.openFiles = openFiles
        self.threads = threads
    }

    /// What a program reserves beyond the memory that it uses: Go's runtime takes about 1.3 GB of addresses.
    var addresses: UInt64 { memory.addingReportingOverflow(2 << 30).partialValue }
}
