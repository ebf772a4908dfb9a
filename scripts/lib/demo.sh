# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# The sandbox of the demo: a fleet repository, two machines that are folders, a state folder. Sourced after common.sh.

# Makes the sandbox anew in a folder. usage: make_sandbox FOLDER PROGRAM
make_sandbox() {
    local folder=$1 program=$2 fleet=$1/fleet
    mkdir -p "$folder/dev" "$folder/prod" "$fleet"/{platform,projects/site,web/dev,web/prod,pages}

    cat >"$fleet/fleet.yaml" <<'YAML'
# What this repository is, and which of its folders declare something.
kind: Fleet
metadata: {name: demo}
spec: {platform: platform/, projects: projects/}
YAML
    # Two machines: folders here, so that nothing of yours is touched. For a real one: host: {machine: its-host-name}.
    declare_targets "$folder" "$fleet" dev prod
    cat >"$fleet/platform/projects.yaml" <<'YAML'
# What the applications of projects/site may touch, and where.
kind: Project
metadata: {name: site}
spec:
  sources: [fleet]
  limits:
    - on: {env: [dev, prod]}
      host:
        paths: ["/etc/nginx/**", "/srv/site/**"]
        kinds: [File, Directory, Link]
YAML
    cat >"$fleet/projects/site/site.yaml" <<'YAML'
# The web server's configuration: prod has its own.
kind: Application
metadata: {name: web}
spec:
  source: {path: web/dev}
  targets: {env: [dev, prod]}
  overrides:
    - {on: {env: prod}, path: web/prod}
---
# The pages: the same everywhere, and only where the web server's configuration stands.
kind: Application
metadata: {name: pages}
spec:
  source: {path: pages}
  targets: {env: [dev, prod]}
  dependsOn: [{application: web}]
YAML
    server_configuration 1 dev.example.org >"$fleet/web/dev/nginx.yaml"
    server_configuration 4 www.example.org >"$fleet/web/prod/nginx.yaml"
    cat >"$fleet/pages/site.yaml" <<'YAML'
apiVersion: host.trimtab.dev/v1alpha1
kind: Directory
metadata: {name: site}
spec: {path: /srv/site}
---
apiVersion: host.trimtab.dev/v1alpha1
kind: File
metadata: {name: index}
spec:
  path: /srv/site/index.html
  source: index.html
YAML
    page 'Hello' >"$fleet/pages/index.html"

    git -C "$fleet" init --quiet --initial-branch=main
    # Whoever tries it may have told Git nothing yet.
    git -C "$fleet" config user.name Demo
    git -C "$fleet" config user.email demo@example.org
    commit "$fleet" 'Begin'

    run_by "$folder" "$program"
}

# Puts the program into a sandbox, with the sandbox's state folder. usage: run_by FOLDER PROGRAM
run_by() {
    cat >"$1/trimtab" <<SH
#!/bin/sh
# The program that was built, with the state folder beside it.
TRIMTAB_STATE='$1/state' exec '$2' "\$@"
SH
    chmod +x "$1/trimtab"
}

# usage: server_configuration WORKERS NAME
server_configuration() {
    cat <<YAML
apiVersion: host.trimtab.dev/v1alpha1
kind: File
metadata: {name: nginx}
spec:
  path: /etc/nginx/nginx.conf
  content: |
    worker_processes $1;
    events {}
    http {
        server {
            listen 80;
            server_name $2;
            root /srv/site;
        }
    }
YAML
}

# usage: page WORDS
page() { printf '<!doctype html>\n<title>Demo</title>\n<h1>%s</h1>\n' "$1"; }

# Declares folders beneath one as machines. usage: declare_targets FOLDER FLEET ENVIRONMENT...
declare_targets() {
    local folder=$1 fleet=$2 environment
    shift 2
    for environment; do
        cat <<YAML
---
kind: Target
metadata: {name: $environment, labels: {env: $environment}}
spec: {host: {root: "$folder/$environment"}}
YAML
    done >"$fleet/platform/targets.yaml"
}

# usage: commit REPOSITORY MESSAGE
commit() {
    git -C "$1" add --all
    git -C "$1" commit --quiet --message "$2"
}
