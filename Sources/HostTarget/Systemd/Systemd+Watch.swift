// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import NIOPosix
import Synchronization

extension Systemd {
    func watch(_ report: @escaping @Sendable (ServiceName?) -> Void) async {
        let raw = clinux_event_open()
        guard raw >= 0 else { return }
        let wake = Descriptor(owning: raw)
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                thread.submit { _ in
                    while Self.listen(wake, report) {}
                    continuation.resume()
                }
            }
        } onCancel: {
            _ = clinux_event_signal(wake.raw)
        }
        try? await thread.shutdownGracefully()
    }

    /// Listens until told to end, or until the connection is lost, and waits a little then. False when told to end.
    private static func listen(_ wake: Descriptor, _ report: (ServiceName?) -> Void) -> Bool {
        do throws(HostFault) {
            let bus = try Bus()
            _ = try bus.call("Subscribe", of: manager, at: path, in: destination)
            try bus.subscribe(
                to: "type='signal',sender='\(destination)',path_namespace='\(path)/unit',"
                    + "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='\(unit)'")
            for member in ["UnitFilesChanged", "Reloading"] {
                try bus.subscribe(
                    to: "type='signal',sender='\(destination)',interface='\(manager)',member='\(member)'")
            }
            report(nil)
            while true {
                while let message = try bus.next() {
                    if message.isSignal("PropertiesChanged", of: "org.freedesktop.DBus.Properties") {
                        if let service = service(at: message.path) { report(service) }
                    } else if message.isSignal("UnitFilesChanged", of: manager)
                        || message.isSignal("Reloading", of: manager)
                    {
                        report(nil)
                    }
                }
                if clinux_wait(bus.descriptor, wake.raw, -1) & 2 != 0 { return false }
            }
        } catch {
            // No systemd, or it restarts: audits go on, and the next attempt begins with a report on all.
            return clinux_wait(wake.raw, -1, 10_000) & 1 == 0
        }
    }

    /// `/org/freedesktop/systemd1/unit/nginx_2eservice`: every other byte is written as `_` and two hex digits.
    static func service(at path: Text) -> ServiceName? {
        let prefix = Self.path + "/unit/"
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        var name: [UInt8] = []
        var rest = path.utf8.dropFirst(prefix.utf8.count)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "_") {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
                name.append(value)
                rest = rest.dropFirst(2)
            } else {
                name.append(byte)
            }
        }
        return Text(utf8: name).flatMap { ServiceName($0) }
    }
}
