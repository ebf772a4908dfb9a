// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A value that is looked up when somebody asks for the metrics, not counted as it happens.
package struct Sample: Sendable {
    package enum Kind: Sendable {
        case gauge, counter
    }

    /// As it stands in the text: nothing is added to it.
    package var name: String
    package var kind: Kind
    package var labels: [(String, String)]
    package var value: Double

    package init(_ name: String, _ kind: Kind, _ labels: [(String, String)], _ value: Double) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.value = value
    }

    var type: MetricType {
        switch kind {
        case .gauge: .gauge
        case .counter: .counter
        }
    }
}
