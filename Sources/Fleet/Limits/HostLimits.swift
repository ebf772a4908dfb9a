// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a project may touch on a host.
package struct HostLimits: Sendable, Hashable {
    /// Patterns of absolute paths: `/etc/nginx/**`.
    package var paths: [Text]
    /// Kinds of `host.trimtab.dev`: `File`, `Service`.
    package var kinds: [Text]
    /// Names of systemd's units, without `.service`.
    package var services: [Text]
    /// Names of Debian packages.
    package var packages: [Text]
    /// Whole command lines that `validate` may run, compared by bytes.
    package var commands: [Text]

    package init(
        paths: [Text] = [], kinds: [Text] = [], services: [Text] = [], packages: [Text] = [], commands: [Text] = []
    ) {
        self.paths = paths
        self.kinds = kinds
        self.services = services
        self.packages = packages
        self.commands = commands
    }
}
