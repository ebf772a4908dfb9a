// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

extension PageAnswer {
    static func page(_ content: PageContent, for visitor: Visitor?, part: Bool = false) -> PageAnswer {
        PageAnswer(status: content.status, body: (part ? content.part : content.document(for: visitor)).bytes)
    }

    /// After an act, so that loading the page again does not act again.
    static func redirect(to link: Link) -> PageAnswer { PageAnswer(status: 303, location: link.text) }

    static func asset(_ asset: Asset) -> PageAnswer {
        PageAnswer(type: asset.type, body: asset.bytes, cacheControl: "public, max-age=31536000, immutable")
    }
}

extension PageRequest {
    func text(_ key: Text) -> Text? {
        let value = query[key]?.arrayValue?.last ?? query[key]
        return value?.stringValue
    }

    /// What a field of the form was filled in with; empty when it is not there.
    func field(_ key: Text) -> Text { form[key]?.stringValue ?? "" }
}
