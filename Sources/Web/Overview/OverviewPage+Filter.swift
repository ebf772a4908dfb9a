// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

extension OverviewPage {
    /// A plain form: what it is given becomes the page's address.
    var filter: HTML {
        H.form(.class("filter"), .method("get"), .action(Link()), .role("search"), .ariaLabel("Filter units")) {
            field("Search", "q") {
                H.input(
                    .id("q"), .type("search"), .name("q"), .autocomplete("off"), .maxLength(500),
                    .placeholder("Name, reason, who, commit"),
                    .value(Text(query.words.map(\.string).joined(separator: " "))))
            }
            choice("Project", "project", overview.projects.map(\.text), query.project)
            choice("Target", "target", overview.targets.map(\.text), query.target)
            if let application = query.application {
                field("Application", "application") {
                    H.input(.id("application"), .type("text"), .name("application"), .value(application))
                }
            }
            if overview.hasLabels || !query.labels.isEmpty { labels }
            field("Show", "view") {
                H.select(.id("view"), .name("view")) {
                    option("", "what fits", query.view == nil)
                    for view in OverviewQuery.View.allCases where view != .matrix || fitsMatrix {
                        option(Text(view.rawValue), view.words, query.view == view)
                    }
                }
            }
            field("Sort", "order") {
                H.select(.id("order"), .name("order")) {
                    for order in OverviewQuery.Order.allCases {
                        option(Text(order.rawValue), order.words, query.order == order)
                    }
                }
            }
            for state in SyncState.allCases where query.sync.contains(state) { kept("sync", state.rawValue) }
            for health in Health.allCases where query.health.contains(health) { kept("health", health.rawValue) }
            H.div(.class("filter-acts")) {
                H.button(.class("button"), .type("submit")) { "Apply" }
                if query.isLimited { H.a(.class("button plain"), .href(Link())) { "All units" } }
            }
        }
    }

    /// The first one can be written; further ones stay as they are.
    private var labels: HTML {
        HTML {
            field("Label", "label") {
                H.input(
                    .id("label"), .type("text"), .name("label"), .placeholder("team=shop"), .autocomplete("off"),
                    .value(Text(query.labels.first?.description ?? "")))
            }
            for label in query.labels.dropFirst() { kept("label", label.description) }
        }
    }

    private var fitsMatrix: Bool { overview.targets.count <= Overview.mostColumns || query.view == .matrix }

    private func field(_ title: String, _ id: Text, @HTMLBuilder _ control: () -> HTML) -> HTML {
        H.div(.class("field field-\(id)")) {
            H.label(.for(id)) { title }
            control()
        }
    }

    private func option(_ value: Text, _ words: String, _ isSelected: Bool) -> HTML {
        H.option(.value(value), isSelected ? .selected : nil) { words }
    }

    private func kept(_ name: Text, _ value: String) -> HTML {
        H.input(.type("hidden"), .name(name), .value(Text(value)))
    }

    private static let mostChoices = 100

    /// A list to choose from, as long as anybody would read it; a field to write in beyond that.
    private func choice(_ title: String, _ name: Text, _ choices: [Text], _ chosen: Text?) -> HTML {
        HTML {
            if choices.count > 1 || chosen != nil {
                field(title, name) {
                    if choices.count <= Self.mostChoices {
                        H.select(.id(name), .name(name)) {
                            option("", "any", chosen == nil)
                            if let chosen, !choices.contains(chosen) { option(chosen, chosen.string, true) }
                            for each in choices { option(each, each.string, each == chosen) }
                        }
                    } else {
                        H.input(
                            .id(name), .type("text"), .name(name), .placeholder("any"), .autocomplete("off"),
                            .value(chosen ?? ""))
                    }
                }
            }
        }
    }
}

extension OverviewQuery.View {
    fileprivate var words: String {
        switch self {
        case .matrix: "targets side by side"
        case .applications: "applications"
        case .units: "units"
        }
    }
}

extension OverviewQuery.Order {
    fileprivate var words: String {
        switch self {
        case .attention: "needs a look"
        case .name: "by name"
        case .synced: "last synced"
        }
    }
}
