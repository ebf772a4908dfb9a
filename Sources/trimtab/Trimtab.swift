// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser
import AsyncHTTPClient
import GRDB
import Hummingbird
import Subprocess
import ServiceLifecycle
@main struct Trimtab: ParsableCommand { func run() { print("x") } }
