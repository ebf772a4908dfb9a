// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// The objects of a unit, those that differ from Git first.
struct UnitObjects {
    let view: UnitView

    private static let most = 200

    init(_ view: UnitView) { self.view = view }

    var html: HTML {
        HTML {
            H.h2(.id("objects")) { "Objects" }
            switch view.drift {
            case .failure(let error): Panel.failure(error)
            case .success(let report):
                for problem in report.problems.prefix(20) { problem.html }
                hint(report)
            }
            if case .failure(let error) = view.rendered { Panel.failure(error) }
            list
            if hasHolders {
                H.p {
                    H.a(.href(view.status.unit.link(query: [("owners", "1")]))) { "Who holds the fields that differ" }
                }
            }
            if ownsOthers {
                H.p { H.a(.href(view.status.unit.link("tree"))) { "What runs beneath them, down to Pods" } }
            }
        }
    }

    /// Clusters record who holds a field, and are asked for it when somebody wants to know.
    private var hasHolders: Bool {
        guard case .success(let report) = view.drift else { return false }
        return report.items.contains { $0.owners == nil && !$0.isAbsent && $0.object.group != "host.trimtab.dev" }
    }

    /// Things of a host own nothing.
    private var ownsOthers: Bool {
        guard view.status.version != nil, case .success(let rendered) = view.rendered else { return false }
        return rendered.items.contains { $0.object.group != "host.trimtab.dev" }
    }

    private func hint(_ report: DriftReport) -> HTML {
        let differing = report.items.count { !$0.isAddition }
        return H.p(.class("hint")) {
            if report.version == nil {
                "Nothing is applied yet."
            } else if differing == 0 {
                "All of them are as Git says."
            } else {
                "\(Words.counted(differing, "object")) \(differing == 1 ? "differs" : "differ"): a sync takes − out and puts + in."
            }
        }
    }

    private var list: HTML {
        let differing = (try? view.drift.get())?.items ?? []
        let names = Set(differing.map(\.object))
        let others = ((try? view.rendered.get())?.items ?? []).filter { !names.contains($0.object) }
        let shown = differing.prefix(Self.most)
        let rest = others.prefix(Self.most - shown.count)
        return HTML {
            H.ul(.class("objects")) {
                for item in shown { line(item) }
                for item in rest { line(item) }
            }
            if differing.count + others.count > shown.count + rest.count {
                H.p(.class("soft")) {
                    "and \(Words.number(differing.count + others.count - shown.count - rest.count)) more"
                }
            }
        }
    }

    private func line(_ item: DriftReport.Item) -> HTML {
        H.li {
            H.div(.class("object-row")) {
                item.object.html
                if item.isAbsent {
                    Badge.html(.missing, "Gone", .bad)
                } else if item.isAddition {
                    Badge.html(.unknown, "Added to", .busy)
                } else {
                    Badge.html(.drifted, "Changed", .careful)
                }
            }
            if let cause = item.cause { H.p(.class("origin")) { "by \(Words.cut(cause, to: 300))" } }
            if !item.fields.isEmpty { FieldList(item.shown, owners: item.owners ?? []).html }
            // What stands as applied, though others hold it now.
            for held in item.taken.prefix(20) {
                H.div(.class("fields")) {
                    H.p(.class("field-path")) { Words.cut(held.path.description, to: 400) }
                    OwnerList(held).html
                }
            }
        }
    }

    private func line(_ item: RenderedUnit.Item) -> HTML {
        H.li {
            H.div(.class("object-row")) {
                item.object.html
                if view.status.version == nil {
                    Badge.html(.pending, "Not applied", .busy)
                } else {
                    Badge.html(.healthy, "As Git says", .good)
                }
            }
            if !item.origin.isEmpty { H.p(.class("origin")) { Words.cut(item.origin, to: 300) } }
        }
    }
}

extension DriftReport.Item {
    /// Fields that do not differ, of which the target says who holds them.
    fileprivate var taken: [FieldOwners] {
        let shown = Set(fields.map(\.path))
        return (owners ?? []).filter { !shown.contains($0.path) }
    }

    /// From live to what Git says; of additions, which nobody takes out, what came.
    fileprivate var shown: [FieldDifference] {
        isAddition ? fields.map { FieldDifference(path: $0.path, old: $0.new, new: $0.old) } : fields
    }
}
