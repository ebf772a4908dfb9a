# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
# shellcheck shell=bash
# The fleet of scripts/hosts-check, the SSH server that serves it, and the agents that read it. Sourced after common.sh.

# usage: commit REPOSITORY MESSAGE
commit() {
    git -C "$1" add --all
    git -C "$1" commit --quiet --message "$2"
}

# usage: make_fleet FOLDER
make_fleet() {
    local fleet=$1 environment
    mkdir -p "$fleet"/{platform,projects/web,projects/guest,guest,web/dev,web/prod}
    cat >"$fleet/fleet.yaml" <<'YAML'
kind: Fleet
metadata: {name: lab}
spec: {platform: platform/, projects: projects/}
YAML
    cat >"$fleet/platform/targets.yaml" <<'YAML'
kind: Target
metadata: {name: dev, labels: {env: dev}}
spec: {host: {machine: dev}}
---
kind: Target
metadata: {name: prod-1, labels: {env: prod}}
spec: {host: {machine: prod-1}}
---
kind: Target
metadata: {name: prod-2, labels: {env: prod}}
spec: {host: {machine: prod-2}}
YAML
    cat >"$fleet/platform/projects.yaml" <<'YAML'
kind: Project
metadata: {name: web}
spec:
  sources: [fleet]
  limits:
    - on: {env: [dev, prod]}
      host:
        kinds: [File, Directory, Package, Service]
        paths: ["/etc/nginx/**", "/srv/site/**"]
        packages: [nginx]
        services: [nginx]
        commands: ["nginx -t"]
---
kind: Project
metadata: {name: guest}
spec:
  sources: [fleet]
  limits:
    - on: {env: dev}
      host: {kinds: [File], paths: ["/srv/guest/**"]}
YAML
    cat >"$fleet/projects/web/web.yaml" <<'YAML'
kind: Application
metadata: {name: web}
spec:
  source: {path: web/dev}
  targets: {env: [dev, prod]}
  overrides: [{on: {env: prod}, path: web/prod}]
YAML
    for environment in dev prod; do
        cat >"$fleet/web/$environment/web.yaml" <<'YAML'
apiVersion: host.trimtab.dev/v1alpha1
kind: Package
metadata: {name: nginx, annotations: {trimtab.dev/wave: "-1"}}
spec: {}
---
apiVersion: host.trimtab.dev/v1alpha1
kind: File
metadata: {name: configuration}
spec: {path: /etc/nginx/nginx.conf, source: nginx.conf, validate: nginx -t}
---
apiVersion: host.trimtab.dev/v1alpha1
kind: Directory
metadata: {name: site}
spec: {path: /srv/site}
---
apiVersion: host.trimtab.dev/v1alpha1
kind: File
metadata: {name: index}
spec: {path: /srv/site/index.html, source: index.html}
---
apiVersion: host.trimtab.dev/v1alpha1
kind: Service
metadata: {name: nginx, annotations: {trimtab.dev/wave: "1"}}
spec: {enabled: true, running: true, reloadOn: [File/configuration]}
YAML
        say '<h1>Welcome</h1>' >"$fleet/web/$environment/index.html"
        cat >"$fleet/web/$environment/nginx.conf" <<CONF
events {}
http {
    server {
        listen 80 default_server;
        root /srv/site;
        add_header X-Environment $environment;
    }
}
CONF
    done
    git -C "$fleet" init --quiet --initial-branch=main
    git -C "$fleet" config user.name Lab
    git -C "$fleet" config user.email lab@example.org
    commit "$fleet" 'Begin'
}

# Adds an application to a project that may not do what it asks for.
overstep() {
    cat >"$1/projects/guest/guest.yaml" <<'YAML'
kind: Application
metadata: {name: guest}
spec: {source: {path: guest}, targets: {env: dev}}
YAML
    cat >"$1/guest/sudo.yaml" <<'YAML'
apiVersion: host.trimtab.dev/v1alpha1
kind: File
metadata: {name: sudo}
spec: {path: /etc/sudoers.d/guest, content: "guest ALL=(ALL) NOPASSWD: ALL\n", mode: "0440"}
YAML
}

# An SSH server at 10.77.0.1 whose one key may do nothing but read and write repositories.
serve_fleet() {
    local forge=$LAB/forge
    mkdir -p "$forge" /run/sshd
    git init --quiet --bare --initial-branch=main "$forge/fleet.git"
    git -C "$LAB/fleet" push --quiet "$forge/fleet.git" main
    ssh-keygen -q -t ed25519 -N '' -C forge -f "$forge/host_key"
    ssh-keygen -q -t ed25519 -N '' -C deploy -f "$forge/deploy_key"
    # shellcheck disable=SC2016  # the server's shell fills it in
    printf 'restrict,command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"" %s\n' "$(cat "$forge/deploy_key.pub")" >"$forge/keys"
    cat >"$forge/sshd_config" <<CONF
ListenAddress 10.77.0.1
HostKey $forge/host_key
AuthorizedKeysFile $forge/keys
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
PidFile none
CONF
    # Root owns the repository, and is who reads it.
    /usr/sbin/sshd -D -f "$forge/sshd_config" -E "$forge/log" &
}

# What an administrator puts on a server: whom to trust, the key for the fleet, systemd's unit. usage: NAME ROOT
install_agent() {
    local root=$2 folder=$2/etc/trimtab
    install -d -m 700 "$folder/credentials"
    cat >"$folder/trust.yaml" <<YAML
fleet: ssh://root@10.77.0.1$LAB/forge/fleet.git
credentials: forge
credentialsFolder: /etc/trimtab/credentials
knownHosts: known_hosts
interval: 10s
YAML
    printf '10.77.0.1 %s\n' "$(cut -d' ' -f1,2 "$LAB/forge/host_key.pub")" >"$folder/known_hosts"
    install -m 600 "$LAB/forge/deploy_key" "$folder/credentials/deploy_key"
    printf '%s\n' 'url=ssh://root@10.77.0.1' 'identity=deploy_key' >"$folder/credentials/forge"
    chmod 600 "$folder/credentials/forge" "$folder/known_hosts" "$folder/trust.yaml"
    cat >"$root/etc/systemd/system/trimtab.service" <<'UNIT'
[Unit]
Description=Trimtab keeps this server as Git says
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/opt/trimtab/trimtab run --trust /etc/trimtab/trust.yaml
Restart=on-failure

[Install]
WantedBy=multi-user.target
UNIT
    command ssh -F "$LAB/ssh_config" "$1" systemctl daemon-reload </dev/null
}
