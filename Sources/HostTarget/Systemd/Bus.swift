// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CSystemd
import Glibc
import Manifest
import Model

/// A connection to the machine's bus, for one thread. Calls block.
struct Bus: ~Copyable {
    enum Argument {
        case text(Text)
        case flag(Bool)
        case texts([Text])
    }

    private let raw: OpaquePointer

    init() throws(HostFault) {
        var raw: OpaquePointer?
        let code = sd_bus_open_system(&raw)
        guard code >= 0, let raw else {
            throw HostFault("systemd cannot be reached over the machine's bus", code: -code)
        }
        self.raw = raw
    }

    deinit { sd_bus_flush_close_unref(raw) }

    /// Calls a method and waits for its answer.
    func call(
        _ member: String, of interface: String, at path: String, in destination: String, _ arguments: [Argument] = [],
        timeout: Duration = .seconds(60)
    ) throws(HostFault) -> BusMessage {
        var message: OpaquePointer?
        var code = sd_bus_message_new_method_call(raw, &message, destination, path, interface, member)
        defer { sd_bus_message_unref(message) }
        for argument in arguments where code >= 0 { code = Self.append(argument, to: message) }
        guard code >= 0 else { throw HostFault("\(member) cannot be asked of systemd", code: -code) }
        var fault = sd_bus_error()
        defer { sd_bus_error_free(&fault) }
        var answer: OpaquePointer?
        code = sd_bus_call(raw, message, UInt64(timeout.nanoseconds / 1000), &fault, &answer)
        guard code >= 0, let answer else {
            let words = fault.message.map { String(cString: $0) }
            throw HostFault(words.map { "systemd: \($0)" } ?? "systemd did not answer \(member)", code: -code)
        }
        return BusMessage(owning: answer)
    }

    private static func append(_ argument: Argument, to message: OpaquePointer?) -> Int32 {
        switch argument {
        case .text(let text): return text.string.withCString { append(UInt8(ascii: "s"), $0, to: message) }
        case .flag(let flag):
            var value: Int32 = flag ? 1 : 0
            return append(UInt8(ascii: "b"), &value, to: message)
        case .texts(let texts):
            let strings = texts.map { strdup($0.string) }
            defer { for string in strings { free(string) } }
            var list = strings + [nil]
            return sd_bus_message_append_strv(message, &list)
        }
    }

    private static func append(_ type: UInt8, _ value: UnsafeRawPointer, to message: OpaquePointer?) -> Int32 {
        sd_bus_message_append_basic(message, CChar(bitPattern: type), value)
    }

    /// A property that is a text.
    func text(_ property: String, of interface: String, at path: String) throws(HostFault) -> Text {
        var value: UnsafeMutablePointer<CChar>?
        let code = sd_bus_get_property_string(raw, Systemd.destination, path, interface, property, nil, &value)
        defer { free(value) }
        guard code >= 0, let value else { throw HostFault("systemd does not tell \(property)", code: -code) }
        return Text(String(cString: value))
    }

    func flag(_ property: String, of interface: String, at path: String) throws(HostFault) -> Bool {
        var value: Int32 = 0
        let code = sd_bus_get_property_trivial(
            raw, Systemd.destination, path, interface, property, nil, CChar(bitPattern: UInt8(ascii: "b")), &value)
        guard code >= 0 else { throw HostFault("systemd does not tell \(property)", code: -code) }
        return value != 0
    }

    /// Has signals that match delivered from now on (D-Bus specification, "Match Rules").
    func subscribe(to rule: String) throws(HostFault) {
        _ = try call(
            "AddMatch", of: "org.freedesktop.DBus", at: "/org/freedesktop/DBus", in: "org.freedesktop.DBus",
            [.text(Text(rule))])
    }

    /// The next message that has arrived, if any. Does not wait.
    func next() throws(HostFault) -> BusMessage? {
        while true {
            var message: OpaquePointer?
            let code = sd_bus_process(raw, &message)
            guard code >= 0 else { throw HostFault("the connection to systemd is lost", code: -code) }
            if let message { return BusMessage(owning: message) }
            if code == 0 { return nil }
        }
    }

    /// Waits until something arrives, or so long.
    func wait(_ duration: Duration) throws(HostFault) {
        let code = sd_bus_wait(raw, UInt64(max(0, duration.nanoseconds / 1000)))
        guard code >= 0 || code == -EINTR else { throw HostFault("the connection to systemd is lost", code: -code) }
    }

    /// To wait for together with something else.
    var descriptor: Int32 { sd_bus_get_fd(raw) }
}

/// A message that came over the bus.
struct BusMessage: ~Copyable {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }

    deinit { sd_bus_message_unref(raw) }

    func isSignal(_ member: String, of interface: String) -> Bool {
        sd_bus_message_is_signal(raw, interface, member) > 0
    }

    /// The object that it comes from.
    var path: Text { sd_bus_message_get_path(raw).map { Text(String(cString: $0)) } ?? "" }

    /// Takes the next argument, a text, path or number in the order of the message; `nil` when it is none.
    mutating func text(_ type: Unicode.Scalar = "s") -> Text? {
        var value: UnsafePointer<CChar>?
        let code = sd_bus_message_read_basic(raw, CChar(bitPattern: UInt8(ascii: type)), &value)
        return code > 0 ? value.map { Text(String(cString: $0)) } : nil
    }

    mutating func number() -> UInt32? {
        var value: UInt32 = 0
        let code = sd_bus_message_read_basic(raw, CChar(bitPattern: UInt8(ascii: "u")), &value)
        return code > 0 ? value : nil
    }
}
