// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibFuzzer
import Dispatch
import FuzzProperties
import Glibc
import Synchronization

/// `Fuzz SUBJECT [OPTIONS OF LIBFUZZER] [FOLDERS]`: looks for bytes for which the subject's properties do not hold.
@main
enum Fuzz {
    private static let subject = CommandLine.arguments.dropFirst().first.flatMap(FuzzSubject.named)

    static func main() {
        guard let subject else {
            print("fuzz what? \(FuzzSubject.all.map(\.name).joined(separator: ", "))")
            exit(64)
        }
        let given = CommandLine.arguments
        var arguments = ([given[0], "-max_len=\(subject.sizeLimit)"] + given.dropFirst(2)).map { strdup($0) }
        var count = CInt(arguments.count)
        arguments.append(nil)
        exit(
            arguments.withUnsafeMutableBufferPointer { buffer in
                var pointer = buffer.baseAddress
                return LLVMFuzzerRunDriver(&count, &pointer) { bytes, count in
                    Fuzz.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                    return 0
                }
            })
    }

    private static func check(_ bytes: [UInt8]) {
        guard let subject else { return }
        let outcome = Outcome()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do { try await subject.check(bytes) } catch { outcome.violation.withLock { $0 = "\(error)" } }
            done.signal()
        }
        done.wait()
        // libFuzzer keeps the input of a process that aborts.
        if let violation = outcome.violation.withLock({ $0 }) {
            print("does not hold: \(violation)")
            fflush(nil)
            abort()
        }
    }

    private final class Outcome: Sendable {
        let violation = Mutex<String?>(nil)
    }
}
