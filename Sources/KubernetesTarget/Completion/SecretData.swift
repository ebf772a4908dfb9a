// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest

/// `stringData` of a Secret is `data` in plain text: the server encodes it and puts it over what stands there.
enum SecretData {
    static func merge(into secret: inout Object) {
        guard let texts = secret["stringData"]?.objectValue else { return }
        secret["stringData"] = nil
        var data = secret["data"]?.objectValue ?? Object()
        for (key, value) in texts.pairs { data[key] = encoded(value) }
        secret["data"] = .object(data)
    }

    private static func encoded(_ value: Value) -> Value {
        switch value {
        case .string(let text): .string(base64(text))
        case .secret(let secret): .secret(secret.withExposed { Secret(base64($0)) })
        // The server will say what is wrong with it.
        case .null, .bool, .number, .array, .object: value
        }
    }

    private static func base64(_ text: Text) -> Text { Text(Data(text.utf8).base64EncodedString()) }
}
