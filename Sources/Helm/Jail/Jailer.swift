// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import SystemPackage

/// What `trimtab` does when it starts itself in order to become a program that is not trusted.
///
/// It stays one process: limits and rights are given up in turn, then the program takes the process over. Since the
/// program cannot start others, to end it is to end everything.
package enum Jailer {
    /// The first word of the command line. Not listed anywhere: nobody has a use for it but `trimtab` itself.
    package static let command = "jailed"

    /// The exit status when the program was not started.
    static let refusal: Int32 = 121
    /// What the line of messages begins with that says why.
    static let prefix = "trimtab: no jail: "

    /// Becomes the program. Returns only when that is impossible, with the exit status.
    ///
    /// - Parameter arguments: the words of ``JailOrder/words``.
    package static func run(_ arguments: [String]) -> Int32 {
        guard let order = JailOrder(words: arguments) else { return refuse("its order cannot be read") }
        do throws(Refusal) {
            try enter(order)
        } catch {
            return refuse(error.reason)
        }
        return refuse("\(order.program) ended before it began")
    }

    private struct Refusal: Error {
        var reason: String
    }

    private static func enter(_ order: JailOrder) throws(Refusal) {
        let folder = open(order.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Refusal(reason: "\(order.folder): \(Errno(rawValue: errno))") }
        let program = open(order.program, O_RDONLY | O_CLOEXEC)
        guard program >= 0 else { throw Refusal(reason: "\(order.program): \(Errno(rawValue: errno))") }
        try limit(order.limits)
        if clinux_effective_user() == 0 {
            try need("another user") { clinux_enter_root(folder) }
            try need("another user") { clinux_become(ownUser) }
        } else {
            try need("the folder") { clinux_enter_folder(folder) }
        }
        // After the change of user, which would undo it.
        try need("the parent") { clinux_die_with_parent(order.parent) }
        try need("no new privileges") { clinux_no_new_privileges() }
        try need("Landlock", unless: order.isLenient) { clinux_confine_files(folder, program) }
        try need("seccomp", unless: order.isLenient) { clinux_confine_calls() }
        // Last: this process has more than the program needs.
        try need("memory") { clinux_set_limit(CLINUX_LIMIT_ADDRESSES, order.limits.addresses) }
        try need("memory") { clinux_set_limit(CLINUX_LIMIT_MEMORY, order.limits.memory) }
        let code = execute(program, ["helm"] + order.arguments)
        throw Refusal(reason: "\(order.program) does not start: \(Errno(rawValue: -code))")
    }

    /// A user that nobody else is: what it counts towards, and whom it may reach, is itself alone. Above the range
    /// that systemd gives to containers, below what counts as negative.
    private static var ownUser: UInt32 { 0x7000_0000 + UInt32(truncatingIfNeeded: getpid()) & 0x0FFF_FFFF }

    private static func limit(_ limits: JailLimits) throws(Refusal) {
        // Root's jail has a user of its own. Otherwise the user's other processes count, too: at most all that there are.
        let others = clinux_effective_user() == 0 ? 0 : UInt64(max(0, clinux_task_count()))
        let list: [(clinux_resource, UInt64)] = [
            (CLINUX_LIMIT_PROCESSOR, limits.processorSeconds), (CLINUX_LIMIT_FILE, limits.messages),
            (CLINUX_LIMIT_OPEN_FILES, limits.openFiles), (CLINUX_LIMIT_TASKS, others + limits.threads),
            (CLINUX_LIMIT_CORE, 0), (CLINUX_LIMIT_LOCKED_MEMORY, 0),
        ]
        for (resource, value) in list { try need("limits") { clinux_set_limit(resource, value) } }
    }

    private static func need(
        _ part: String, unless isDispensable: Bool = false, _ call: () -> Int32
    ) throws(Refusal) {
        let code = call()
        guard code < 0, !isDispensable else { return }
        throw Refusal(reason: "\(part): \(Errno(rawValue: -code))")
    }

    /// With the environment that this process was given.
    private static func execute(_ program: Int32, _ arguments: [String]) -> Int32 {
        var words = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        return clinux_execute(program, words, environ)
    }

    private static func refuse(_ reason: String) -> Int32 {
        let line = Array((prefix + reason + "\n").utf8)
        _ = clinux_write(2, line, UInt64(line.count))
        return refusal
    }
}
