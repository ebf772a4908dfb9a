// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The name of a fleet, project, application, target or source: a DNS label of at most 63 bytes.
///
/// The noun keeps the name of an application from being passed where that of a target belongs.
package struct Name<Noun>: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: Text

    /// Lower-case letters, digits and `-`; begins and ends with a letter or digit.
    package init(validating text: Text) throws(InvalidName) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63,
            Self.isAlphanumeric(first), Self.isAlphanumeric(last),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
        else { throw InvalidName(text: text) }
        self.text = text
    }

    /// `nil` where ``init(validating:)`` would throw.
    package init?(_ text: Text) {
        guard let name = try? Name(validating: text) else { return nil }
        self = name
    }

    package var description: String { text.string }

    package static func < (left: Name, right: Name) -> Bool { left.text < right.text }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}

package struct InvalidName: Error, Sendable, Hashable, CustomStringConvertible {
    package let text: Text

    package var description: String {
        "\(text.string.debugDescription) is no name: use 1 to 63 lower-case letters, digits and \"-\", "
            + "beginning and ending with a letter or digit"
    }
}

package enum FleetNoun {}
package enum ProjectNoun {}
package enum ApplicationNoun {}
package enum TargetNoun {}
package enum SourceNoun {}
package enum SecretStoreNoun {}
package enum RoleNoun {}
package enum RoleBindingNoun {}
package enum NotificationNoun {}
package enum TokenNoun {}
package enum IdentityProviderNoun {}

package typealias FleetName = Name<FleetNoun>
package typealias ProjectName = Name<ProjectNoun>
package typealias ApplicationName = Name<ApplicationNoun>
package typealias TargetName = Name<TargetNoun>
package typealias SourceName = Name<SourceNoun>
package typealias SecretStoreName = Name<SecretStoreNoun>
package typealias RoleName = Name<RoleNoun>
package typealias RoleBindingName = Name<RoleBindingNoun>
package typealias NotificationName = Name<NotificationNoun>
package typealias TokenName = Name<TokenNoun>
package typealias IdentityProviderName = Name<IdentityProviderNoun>
