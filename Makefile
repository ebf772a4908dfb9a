# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
#
# Every target is one script or one command; the scripts work alone, too.

SHELL := /bin/bash
.DEFAULT_GOAL := build

# Where SwiftPM builds, and where `make install` puts the binary.
SCRATCH ?= .build
PREFIX ?= /usr/local
export SCRATCH

.PHONY: help setup setup-test build build-tests test test-unit test-program test-helm test-corpora conformance test-kubernetes test-newest test-lab hosts-check demo demo-check install-check browser-check tour-images tutorial-check bench fuzz tsan lint format docs install clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## install the Debian packages that are missing
	@scripts/setup build

setup-test: ## install those that the tests need, too
	@scripts/setup test

build: setup ## debug build of everything but the tests
	@scripts/build

build-tests: setup ## the same with the tests
	@scripts/build --build-tests

test: setup-test ## all of the tests below
	@scripts/test all

test-unit: setup ## unit tests alone
	@scripts/test unit

test-program: setup ## the program as a whole: killed at every step, restarted
	@scripts/test program

test-helm: setup-test ## charts rendered by real binaries of Helm 3 and 4, in the jail
	@scripts/test helm

test-corpora: setup ## tests that read ../shared/corpora
	@scripts/test corpora

test-kubernetes: setup-test ## tests on a real Kubernetes control plane, built once in five minutes
	@scripts/test kubernetes

test-newest: setup-test ## tests on the newest API server, where scripts/lab/newest-binary has built one
	@scripts/test newest

conformance: setup ## how many Kustomize cases come out byte for byte as from kubectl
	@scripts/conformance

bench: setup ## measure; BENCH="formats" measures only what is named
	@scripts/bench $(BENCH)

fuzz: setup ## look for inputs that break a reader; FUZZ="yaml json", FUZZ_SECONDS=600
	@scripts/fuzz $(FUZZ)

test-lab: setup ## all that needs servers: the driver's tests, kills, hosts-check; needs root
	@scripts/lab/tests

hosts-check: setup ## three real servers run nginx from a fleet over SSH; needs root
	@scripts/hosts-check

demo: setup ## run Trimtab on a sandbox, and say what to try
	@scripts/demo

demo-check: setup ## do what the demo invites to, and assert what comes of it
	@scripts/demo-check

install-check: setup ## install the program into a folder of its own, and do with it what the demo invites to
	@scripts/install-check

browser-check: setup ## walk through the pages in Chromium, and look for what is wrong with them
	@scripts/browser-check

tour-images: setup ## take the pictures of docs/tour.md anew
	@TRIMTAB_IMAGES=docs/images scripts/browser-check tour

tutorial-check: setup-test ## follow the tutorial of docs/secrets.md to the letter
	@scripts/tutorial-check

tsan: setup ## the unit tests under the thread sanitizer
	@scripts/tsan

lint: ## formatting, import graph, headers, forbidden calls
	@scripts/lint

format: ## rewrite the Swift files as the formatter wants them
	swift format --in-place --parallel --recursive Sources Tests Benchmarks Fuzz Package.swift

docs: setup ## the rooms' reference pages, in .build/docs
	@scripts/docs

install: setup ## one stripped release binary in $(PREFIX)/bin
	@scripts/install "$(DESTDIR)$(PREFIX)"

clean: ## remove what was built here
	rm -rf .build
