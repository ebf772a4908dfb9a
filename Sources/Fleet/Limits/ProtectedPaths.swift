// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Paths that a pattern never opens to a project.
package struct ProtectedPaths: Sendable, Hashable {
    /// Opened only by a project that names the very path, without wildcards.
    package var unlessNamed: [PathPattern]
    /// Opened by nothing.
    package var always: [PathPattern]

    package init(unlessNamed: [PathPattern], always: [PathPattern]) {
        self.unlessNamed = unlessNamed
        self.always = always
    }

    /// Who may become root, how the machine starts, and what Trimtab itself trusts.
    package static let standard = ProtectedPaths(
        unlessNamed: patterns([
            // Accounts and how they become each other.
            "/etc/passwd*", "/etc/group*", "/etc/shadow*", "/etc/gshadow*", "/etc/subuid*", "/etc/subgid*",
            "/etc/sudoers*", "/etc/sudoers.d/**", "/etc/doas.conf", "/etc/pam.conf", "/etc/pam.d/**",
            "/etc/security/**", "/etc/polkit-1/**", "/etc/nsswitch.conf",
            // Who may log in from afar, and as which machine.
            "/etc/ssh/**", "/root/.ssh/**", "/home/*/.ssh/**", "/etc/machine-id",
            // What runs in every process.
            "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d/**", "/etc/environment",
            // How the machine starts, and what is installed on it.
            "/boot/**", "/etc/fstab", "/etc/crypttab", "/etc/default/grub*", "/etc/grub.d/**", "/etc/apt/trusted.gpg*",
            "/etc/apt/trusted.gpg.d/**", "/etc/apt/keyrings/**", "/usr/share/keyrings/**", "/var/lib/dpkg/**",
        ]),
        always: patterns([
            "/proc/**", "/sys/**", "/dev/**",
            "/etc/trimtab/**", "/var/lib/trimtab/**", "/run/trimtab/**", "/var/run/trimtab/**",
        ]))

    /// The same, and everything beneath a folder, for a state folder that lies elsewhere. A path that is not absolute
    /// adds nothing.
    package func adding(folder: Text) -> ProtectedPaths {
        guard let exact = PathPattern(folder), let beneath = PathPattern("\(folder)/**"), exact.isExact else {
            return self
        }
        return ProtectedPaths(unlessNamed: unlessNamed, always: always + [beneath])
    }

    private static func patterns(_ texts: [Text]) -> [PathPattern] { texts.compactMap(PathPattern.init) }
}
