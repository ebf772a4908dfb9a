// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A pattern of absolute paths: `*` stands for any bytes of one component, `?` for one byte, `**` as a whole
/// component for any number of components, none included.
///
/// So `/srv/shop/**` covers `/srv/shop` and everything beneath it. Names are compared by bytes, and a leading dot is
/// nothing special. Matching backtracks to the last star only, so its cost is at most the product of both lengths.
package struct PathPattern: Sendable, Hashable {
    package let text: Text
    private let components: [[UInt8]]

    /// `nil` unless the text is absolute, at most 4096 bytes, and without empty, `.` and `..` components and NUL.
    /// `**` beside other bytes in one component is refused: it would read as more than it does.
    package init?(_ text: Text) {
        guard let components = absoluteComponents(Array(text.utf8)), !components.isEmpty,
            components.allSatisfy({ $0 == Self.anyDepth || !Self.holdsDoubleStar($0) })
        else { return nil }
        self.text = text
        self.components = components
    }

    /// Whether it stands for exactly one path.
    package var isExact: Bool {
        components.allSatisfy { !$0.contains(UInt8(ascii: "*")) && !$0.contains(UInt8(ascii: "?")) }
    }

    /// The path must be as the kernel sees it after links are resolved: absolute, without `.`, `..` and empty
    /// components; anything else, and the root itself, matches nothing.
    package func matches(path: some Collection<UInt8>) -> Bool {
        guard let names = absoluteComponents(Array(path)), !names.isEmpty else { return false }
        return matches(components: names)
    }

    func matches(components names: [[UInt8]]) -> Bool {
        wildcardMatch(components, names, isMany: { $0 == Self.anyDepth }) { pattern, name in
            wildcardMatch(pattern, name, isMany: { $0 == UInt8(ascii: "*") }) { $0 == UInt8(ascii: "?") || $0 == $1 }
        }
    }

    private static let anyDepth = Array("**".utf8)

    private static func holdsDoubleStar(_ component: [UInt8]) -> Bool {
        zip(component, component.dropFirst()).contains { $0 == UInt8(ascii: "*") && $1 == UInt8(ascii: "*") }
    }
}

/// The components of an absolute path; `nil` when it is none, or holds an empty, `.` or `..` component or a NUL.
func absoluteComponents(_ path: [UInt8]) -> [[UInt8]]? {
    guard path.first == UInt8(ascii: "/"), path.count <= 4096, !path.contains(0) else { return nil }
    if path.count == 1 { return [] }
    let components = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isClean = components.allSatisfy {
        !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
    }
    return isClean ? components.map(Array.init) : nil
}

/// Whether a pattern covers a whole subject, where a "many" element stands for any run of the subject.
private func wildcardMatch<Element>(
    _ pattern: [Element], _ subject: [Element], isMany: (Element) -> Bool, isMatch: (Element, Element) -> Bool
) -> Bool {
    var at = (pattern: 0, subject: 0)
    var lastMany: (pattern: Int, subject: Int)?
    while at.subject < subject.count {
        if at.pattern < pattern.count, isMany(pattern[at.pattern]) {
            lastMany = at
            at.pattern += 1
        } else if at.pattern < pattern.count, isMatch(pattern[at.pattern], subject[at.subject]) {
            at = (at.pattern + 1, at.subject + 1)
        } else if let many = lastMany {
            // What the star stands for grows by one; earlier stars need not be tried again.
            lastMany = (many.pattern, many.subject + 1)
            at = (many.pattern + 1, many.subject + 1)
        } else {
            return false
        }
    }
    return pattern[at.pattern...].allSatisfy(isMany)
}
