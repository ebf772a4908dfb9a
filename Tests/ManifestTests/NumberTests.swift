// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct NumberTests {
    private func number(_ lexeme: String) throws -> Number { try #require(Number(lexeme: lexeme)) }

    @Test(arguments: [
        ["0", "-0", "0.0", "0e5", "-0.00E-3"], ["1", "1.0", "10e-1", "0.1e1", "1E0"],
        ["-150", "-1.5e2", "-150.000"], ["0.1", "1e-1", "0.10", "100e-3"],
        ["9223372036854775807", "9223372036854775807.0"], ["18446744073709551615", "18446744073709551615.0"],
        ["1e30", "1000000000000000000000000000000"],
    ])
    func `one value, one number`(spellings: [String]) throws {
        let numbers = try spellings.map(number)
        #expect(Set(numbers).count == 1)
        #expect(Set(numbers.map(\.canonical)).count == 1)
        for a in numbers { for b in numbers { #expect(a == b) } }
    }

    @Test(arguments: [
        ("1", "2"), ("1", "-1"), ("0.1", "0.10000000000000001"), ("9007199254740993", "9007199254740992.0"),
        ("123456789012345678901234567890", "123456789012345678901234567891"), ("1e400", "1e401"),
    ])
    func `different values stay different, also where a double would not tell`(a: String, b: String) throws {
        #expect(try number(a) != number(b))
        #expect(try number(a).canonical != number(b).canonical)
    }

    @Test(arguments: [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1 ", " 1", "1_0", "NaN", "1e10000", "--1", "-01",
    ])
    func `what is no number`(text: String) {
        #expect(Number(lexeme: text) == nil)
    }

    @Test func `integers out of decimals are exact`() throws {
        #expect(try number("9007199254740993.0").int64 == 9_007_199_254_740_993)
        #expect(try number("-9223372036854775808.0").int64 == .min)
        #expect(try number("9223372036854775808.0").int64 == nil)
        #expect(try number("1.5").int64 == nil)
        #expect(try number("1e19").int64 == nil)
        #expect(try number("1e18").int64 == 1_000_000_000_000_000_000)
    }
}
