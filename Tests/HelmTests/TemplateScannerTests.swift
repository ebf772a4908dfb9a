// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Testing

@testable import Helm

/// Which words of a template are functions.
@Suite struct TemplateScannerTests {
    private func marked(_ text: String) -> String {
        let replaced = TemplateScanner.replace([(Array("lookup".utf8), Array("X".utf8))], in: Array(text.utf8))
        return String(decoding: replaced, as: UTF8.self)
    }

    @Test func `calls are found wherever they stand in an action`() {
        for (template, expected) in [
            ("{{ lookup \"v1\" }}", "{{ X \"v1\" }}"), ("{{lookup}}", "{{X}}"),
            ("{{- (lookup 1).x -}}", "{{- (X 1).x -}}"),
            ("{{ if and .a (lookup 1) }}{{lookup 2}}", "{{ if and .a (X 1) }}{{X 2}}"),
            ("{{ $x := lookup 1 | default lookup }}", "{{ $x := X 1 | default X }}"),
            ("{{ \"a\" |lookup }}", "{{ \"a\" |X }}"), ("{{ \"a\\\"\" lookup }}", "{{ \"a\\\"\" X }}"),
            ("{{\nlookup\n}}", "{{\nX\n}}"), ("{{/* lookup */}}{{ lookup }}", "{{/* lookup */}}{{ X }}"),
            ("{ {{ lookup }} }", "{ {{ X }} }"),
        ] {
            #expect(marked(template) == expected)
        }
    }

    @Test func `what only looks like a call stays`() {
        for template in [
            "lookup", "{{ .lookup }}", "{{ $lookup }}", "{{ .Values.lookup.x }}", "{{ \"lookup\" }}", "{{ `lookup` }}",
            "{{ 'l' \"\\\" lookup\" }}", "{{/* lookup */}}", "{{- /* lookup */ -}}", "{{ lookups }}", "{{ mylookup }}",
            "{{ lookup_x }}", "{{ élookup }}", "}} lookup {{ 1 }}", "", "{{", "{{/*", "{{ \"", "{{ `", "{{ \"\\",
        ] {
            #expect(marked(template) == template)
        }
    }

    @Test func `templates are those of the chart and of charts within`() {
        for name in ["templates/a.yaml", "templates/x/_h.tpl", "charts/a/templates/b", "charts/a/charts/b/templates/c"]
        {
            #expect(ChartEdition.isTemplate(path(name)), "\(name)")
        }
        for name in ["templates", "values.yaml", "files/templates/a", "charts/a/files/b", "charts/templates/a"] {
            #expect(!ChartEdition.isTemplate(path(name)), "\(name)")
        }
    }
}
