// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesTarget

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("1000m", "1"), ("1", "1.0"), ("0.5Gi", "512Mi"), ("1e3", "1k"), ("1E3", "1000"), ("1024Ki", "1Mi"),
            ("100m", "0.1"), ("-1", "-1000m"), ("1500000u", "1.5"), ("+5", "5"), ("1000000n", "1m"), (".5", "500m"),
        ] as [(Text, Text)])
    func `two spellings of one amount are equal`(a: Text, b: Text) {
        #expect(Quantity(a) != nil)
        #expect(Quantity(a) == Quantity(b))
    }

    @Test(arguments: [("1", "2"), ("1k", "1Ki"), ("1m", "1M"), ("1", "-1"), ("100", "1e3")] as [(Text, Text)])
    func `others differ`(a: Text, b: Text) { #expect(Quantity(a) != Quantity(b)) }

    @Test(
        arguments: [
            "", "m", "1mm", "1.2.3", "one", "1 ", "0x1", "1e", "1e99999", "99999999999999999999999999999999", "--1",
            "12345678901234567890123456789Ei",
        ] as [Text])
    func `is no amount`(text: Text) { #expect(Quantity(text) == nil) }
}
