// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Build {
    /// The fields that transformers change in one kustomization: the standard ones, those of its `configurations`, and
    /// those that its `crds` name.
    mutating func configuration(
        _ declaration: Declaration, in folder: Folder
    ) async throws(KustomizeError) -> TransformerConfig {
        var config = TransformerConfig.standard
        for field in declaration.configurations {
            let (bytes, name) = try await reading.file(field, from: folder)
            guard let document = try Documents.first(bytes, file: name, budget: options.budget.file) else { continue }
            config = try config.merging(try TransformerConfig(document), at: field.place)
        }
        for field in declaration.crds {
            let (bytes, name) = try await reading.file(field, from: folder)
            guard let document = try Documents.first(bytes, file: name, budget: options.budget.file) else { continue }
            config = try config.merging(CustomResourceSchemas(document).config(), at: field.place)
        }
        return config
    }
}
