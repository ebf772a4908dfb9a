# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# The sandbox of the guided tour: a shop's fleet on three machines that are folders, with people of two groups. Sourced
# after demo.sh.

# Makes the sandbox anew in a folder. usage: make_tour FOLDER PROGRAM
make_tour() {
    local folder=$1 program=$2 fleet=$1/fleet environment application number
    mkdir -p "$folder"/{dev,staging,prod} "$fleet"/{platform,projects/{shop,office}}

    cat >"$fleet/fleet.yaml" <<'YAML'
kind: Fleet
metadata: {name: acme}
spec: {platform: platform/, projects: projects/}
YAML
    declare_targets "$folder" "$fleet" dev staging prod
    cat >"$fleet/platform/projects.yaml" <<'YAML'
kind: Project
metadata: {name: shop}
spec:
  sources: [fleet]
  limits:
    - {on: {env: [dev, staging, prod]}, host: {paths: ["/srv/shop/**"], kinds: [File, Directory]}}
---
kind: Project
metadata: {name: office}
spec:
  sources: [fleet]
  limits:
    - {on: {env: [dev, prod]}, host: {paths: ["/srv/office/**"], kinds: [File]}}
YAML
    cat >"$fleet/platform/access.yaml" <<'YAML'
# Everybody may look, and check the journal; developers act on the shop; leads agree.
kind: Role
metadata: {name: member}
spec: {allow: [{verbs: [read, audit]}]}
---
kind: Role
metadata: {name: developer}
spec: {allow: [{verbs: [sync, pause, rollback, approve], projects: [shop]}]}
---
kind: RoleBinding
metadata: {name: members}
spec: {role: member, to: [{group: everybody}]}
---
kind: RoleBinding
metadata: {name: developers}
spec: {role: developer, to: [{group: shop-developers}]}
---
kind: RoleBinding
metadata: {name: leads}
spec: {role: approver, to: [{group: shop-leads}], projects: [shop]}
YAML
    cat >"$fleet/projects/shop/shop.yaml" <<'YAML'
kind: Application
metadata: {name: web}
spec:
  source: {path: web}
  targets: {env: [dev, staging, prod]}
---
kind: Application
metadata: {name: checkout}
spec:
  source: {path: checkout/base}
  targets: {env: [dev, staging, prod]}
  overrides:
    - {on: {env: prod}, path: checkout/prod}
---
kind: Application
metadata: {name: search}
spec:
  source: {path: search}
  targets: {env: [staging, prod]}
---
# Drift is told and left alone, so that there is time to look at it.
kind: Application
metadata: {name: pages}
spec:
  source: {path: pages}
  targets: {env: [dev, staging, prod]}
  sync: {drift: alert}
YAML
    cat >"$fleet/projects/office/office.yaml" <<'YAML'
kind: Application
metadata: {name: mailer}
spec:
  source: {path: mailer/base}
  targets: {env: [dev, prod]}
  overrides:
    - {on: {env: dev}, path: mailer/dev}
YAML
    tour_file "$fleet/web/web.yaml" server /srv/shop/web/server.conf $'listen = 443\nworkers = 4\nlog = info'
    tour_file "$fleet/web/web.yaml" routes /srv/shop/web/routes.conf $'/ = pages\n/cart = checkout\n/find = search'
    for environment in base prod; do
        application=$fleet/checkout/$environment/checkout.yaml
        tour_file "$application" service /srv/shop/checkout/service.conf \
            $'port = 8101\nworkers = 2\ntimeout = 30s\ncurrency = EUR\nlog = info'
        tour_file "$application" limits /srv/shop/checkout/limits.conf $'carts = 1000\nitems = 200'
        tour_file "$application" taxes /srv/shop/checkout/taxes.csv $'country,rate\nDE,19\nFR,20\nNL,21'
    done
    tour_file "$fleet/search/search.yaml" index /srv/shop/search/index.conf $'language = en\nshards = 3'
    for number in {1..7}; do
        tour_file "$fleet/search/search.yaml" "words-$number" "/srv/shop/search/words-$number.txt" 'cart, basket'
    done
    tour_file "$fleet/pages/pages.yaml" home /srv/shop/pages/index.html \
        $'<!doctype html>\n<title>Shop</title>\n<h1>Welcome</h1>\n<p>Everything ships today.</p>'
    tour_file "$fleet/pages/pages.yaml" robots /srv/shop/pages/robots.txt $'User-agent: *\nAllow: /'
    tour_file "$fleet/mailer/base/mailer.yaml" mailer /srv/office/mailer.conf 'from = office@example.org'
    # Outside of what its project may touch.
    tour_file "$fleet/mailer/dev/mailer.yaml" mailer /etc/mailer.conf 'from = dev@example.org'

    git -C "$fleet" init --quiet --initial-branch=main
    git -C "$fleet" config user.name Bob
    git -C "$fleet" config user.email bob@example.org
    commit "$fleet" 'Add the shop and the office'
    run_by "$folder" "$program"
}

# Adds a file of a host to a manifest. usage: tour_file MANIFEST NAME PATH CONTENT
tour_file() {
    mkdir -p "$(dirname "$1")"
    cat >>"$1" <<YAML
---
apiVersion: host.trimtab.dev/v1alpha1
kind: File
metadata: {name: $2}
spec:
  path: $3
  content: |
$(sed 's/^/    /' <<<"$4")
YAML
}
