// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What fanotify(7) tells of one change: the name, and the process that made it.
struct WitnessEvent: Sendable, Hashable {
    /// As `clinux_folder_handle` gives it.
    var folder: [UInt8]
    var name: [UInt8]
    /// 0 for one that cannot be seen from here.
    var process: Int32

    private static let headLength = 24
    private static let recordHead = 4
    /// FAN_EVENT_INFO_TYPE_DFID_NAME
    private static let folderAndName: UInt8 = 2

    /// Takes the events of one read apart: length (4), version (1), reserved (1), length of this head (2), mask (8),
    /// descriptor (4), process (4), then records: type (1), padding (1), length (2), and in one of a folder and a name:
    /// file system (8), the handle's length (4) and type (4), the handle, the name and a NUL.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> [WitnessEvent] {
        var events: [WitnessEvent] = []
        var offset = 0
        while offset + headLength <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            let head = Int(bytes.loadUnaligned(fromByteOffset: offset + 6, as: UInt16.self))
            let process = bytes.loadUnaligned(fromByteOffset: offset + 20, as: Int32.self)
            guard length >= headLength, head >= headLength, length <= bytes.count - offset, head <= length else {
                break
            }
            var record = offset + head
            let end = offset + length
            while record + recordHead <= end {
                let size = Int(bytes.loadUnaligned(fromByteOffset: record + 2, as: UInt16.self))
                guard size >= recordHead, size <= end - record else { break }
                if bytes[record] == folderAndName,
                    let (folder, name) = place(
                        UnsafeRawBufferPointer(rebasing: bytes[record + recordHead..<record + size]))
                {
                    events.append(WitnessEvent(folder: folder, name: name, process: process))
                }
                record += size
            }
            offset = end
        }
        return events
    }

    private static func place(_ bytes: UnsafeRawBufferPointer) -> (folder: [UInt8], name: [UInt8])? {
        guard bytes.count >= 16 else { return nil }
        let handle = Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard handle <= bytes.count - 16 else { return nil }
        return (Array(bytes[..<(16 + handle)]), Array(bytes[(16 + handle)...].prefix { $0 != 0 }))
    }
}
