// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A form by which something is done. Each carries the visitor's token, without which nothing is.
struct ActForm {
    let visitor: Visitor
    let action: Link
    let classes: String

    init(_ visitor: Visitor, _ action: Link, class classes: String = "") {
        self.visitor = visitor
        self.action = action
        self.classes = classes
    }

    func callAsFunction(@HTMLBuilder content: () -> HTML) -> HTML {
        H.form(classes.isEmpty ? nil : .class(classes), .method("post"), .action(action)) {
            H.input(.type("hidden"), .name("_token"), .value(visitor.formToken))
            content()
        }
    }
}
