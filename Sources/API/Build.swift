// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What this binary is.
package enum Build {
    package static let version: Text = "0.1.0"
}
