// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A small drawing that says a state by its shape. A word stands beside it, so it means nothing to a screen reader.
enum Mark: String, CaseIterable {
    case inSync, pending, syncing, drifted, paused, blocked, failed
    case healthy, progressing, degraded, missing, suspended, unknown
    case commit, rollback, person

    var html: HTML {
        H.svg(.class("mark"), .ariaHidden) { H.use(.href(.mark(self))) {} }
    }

    /// The drawings, once a page.
    static let sprite = HTML(
        literal: """
            <svg class="sprite" aria-hidden="true">\
            <symbol id="m-inSync" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="fill"/>\
            <path d="M4.9 8.3l2.1 2.1 4.1-4.6" class="cut"/></symbol>\
            <symbol id="m-pending" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" class="line"/>\
            <path d="M8 4.6V8l2.3 1.6" class="line"/></symbol>\
            <symbol id="m-syncing" viewBox="0 0 16 16"><path d="M13.6 6.6A6 6 0 0 0 3 4.8M2.4 9.4A6 6 0 0 0 13 11.2" \
            class="line"/><path d="M2.6 1.9v3.2h3.2M13.4 14.1v-3.2h-3.2" class="line"/></symbol>\
            <symbol id="m-drifted" viewBox="0 0 16 16"><path d="M8 .6L15.4 8 8 15.4.6 8z" class="fill"/>\
            <path d="M5.2 6.6h5.6M5.2 9.4h5.6" class="cut"/></symbol>\
            <symbol id="m-paused" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" class="line"/>\
            <path d="M6.3 5.6v4.8M9.7 5.6v4.8" class="line"/></symbol>\
            <symbol id="m-blocked" viewBox="0 0 16 16"><path d="M5 .9h6L15.1 5v6L11 15.1H5L.9 11V5z" class="fill"/>\
            <path d="M4.8 8h6.4" class="cut"/></symbol>\
            <symbol id="m-failed" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="3" class="fill"/>\
            <path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" class="cut"/></symbol>\
            <symbol id="m-healthy" viewBox="0 0 16 16"><path d="M2.6 8.6l3.6 3.6 7.2-8" class="line"/></symbol>\
            <symbol id="m-progressing" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" class="line"/>\
            <path d="M8 2a6 6 0 0 1 0 12z" class="fill"/></symbol>\
            <symbol id="m-degraded" viewBox="0 0 16 16"><path d="M8 1.2l7 13H1z" class="fill"/>\
            <path d="M8 6v3.6M8 11.6v.6" class="cut"/></symbol>\
            <symbol id="m-missing" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" class="line dashed"/></symbol>\
            <symbol id="m-suspended" viewBox="0 0 16 16"><path d="M13 10.2A5.8 5.8 0 0 1 5.8 3a5.8 5.8 0 1 0 7.2 7.2z" \
            class="line"/></symbol>\
            <symbol id="m-unknown" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" class="line"/>\
            <path d="M6.3 6.4a1.8 1.8 0 1 1 2.4 1.7c-.5.2-.7.5-.7 1v.3M8 11.2v.4" class="line"/></symbol>\
            <symbol id="m-commit" viewBox="0 0 16 16"><circle cx="8" cy="8" r="3" class="line"/>\
            <path d="M8 .5V5M8 11v4.5" class="line"/></symbol>\
            <symbol id="m-rollback" viewBox="0 0 16 16"><path d="M3.2 3v4h4" class="line"/>\
            <path d="M3.4 7A5.6 5.6 0 1 1 3 10.4" class="line"/></symbol>\
            <symbol id="m-person" viewBox="0 0 16 16"><circle cx="8" cy="5" r="2.8" class="line"/>\
            <path d="M2.6 14a5.4 5.4 0 0 1 10.8 0" class="line"/></symbol>\
            </svg>
            """)
}

extension SyncState {
    var mark: Mark {
        switch self {
        case .inSync: .inSync
        case .pending: .pending
        case .syncing: .syncing
        case .drifted: .drifted
        case .paused: .paused
        case .blocked: .blocked
        case .failed: .failed
        }
    }

    /// As people say it.
    var words: String { self == .inSync ? "In sync" : rawValue }
    var tone: Tone {
        switch self {
        case .inSync: .good
        case .pending, .syncing: .busy
        case .drifted, .paused: .careful
        case .blocked, .failed: .bad
        }
    }

    var badge: HTML { Badge.html(mark, words, tone) }
}

extension Health {
    var mark: Mark {
        switch self {
        case .healthy: .healthy
        case .suspended: .suspended
        case .progressing: .progressing
        case .missing: .missing
        case .degraded: .degraded
        case .unknown: .unknown
        }
    }

    var tone: Tone {
        switch self {
        case .healthy: .good
        case .progressing: .busy
        case .suspended: .careful
        case .missing, .degraded: .bad
        case .unknown: .mute
        }
    }

    var badge: HTML { Badge.html(mark, rawValue, tone) }
}

/// The colours of the palette by what they mean.
enum Tone: String {
    case good, busy, careful, bad, mute
}

/// A mark and its word.
enum Badge {
    static func html(_ mark: Mark, _ words: String, _ tone: Tone) -> HTML {
        H.span(.class("badge \(tone.rawValue)")) {
            mark.html
            words
        }
    }
}
