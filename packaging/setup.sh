#!/usr/bin/env bash
# Makes this checkout ready to run: system libraries, then a virtual environment in .venv.
#
#   packaging/setup.sh demo    what the program itself needs
#   packaging/setup.sh test    that, a virtual screen, a keyring and a PostgreSQL server besides
#
# A run that finds everything in place changes nothing and takes a moment; one that was
# interrupted is made good by the next.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:-demo}
state_file=.venv/clinicdesk-setup

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# --- system libraries ---------------------------------------------------------------------

# One line for each reason: Debian's names, a colon, what they are for.
wanted_packages() {
    echo "libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0: Qt draws with them"
    echo "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0" \
        "libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0: Qt reaches a screen through them"
    echo "libcups2: Qt prints with it"
    if [ "$purpose" = test ] || [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        echo "xvfb xauth: a screen in memory, where there is no other"
    fi
    if [ "$purpose" = test ]; then
        echo "dbus gnome-keyring: the tests keep secrets in a real keyring"
        echo "postgresql: the tests run a PostgreSQL server of their own"
    fi
}

# Newer releases end some of the names in t64.
installed_packages() {
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n -e 's/t64$//' -e 's/^installed //p'
}

missing_packages() {
    local installed names reason name missing
    installed=$'\n'$(installed_packages)$'\n'
    wanted_packages | while IFS=: read -r names reason; do
        missing=
        for name in $names; do
            case $installed in *$'\n'"$name"$'\n'*) ;; *) missing+="$name " ;; esac
        done
        if [ -n "$missing" ]; then echo "$missing:$reason"; fi
    done
}

apt_install() {
    local as_root=() log
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            fail "Only root can install them, and there is no sudo here. As root, run:" \
                "  apt-get install $*"
        as_root=(sudo)
        # Without a terminal nobody could answer a question for a password.
        if [ ! -t 0 ] || [ -n "${CI:-}" ]; then as_root=(sudo -n); fi
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l LC_ALL=C.UTF-8)
    local get=("${as_root[@]}" apt-get -q -y -o DPkg::Lock::Timeout=300)
    local install=("${get[@]}" install --fix-broken --no-install-recommends "$@")
    log=$(mktemp)
    {
        # A source out of reach does not matter as long as the packages themselves can be had.
        "${get[@]}" update || true
        # An installation that was once cut off has to be finished before another can begin.
        "${install[@]}" || { "${as_root[@]}" dpkg --configure -a && "${install[@]}"; }
    } </dev/null >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install them. Run this yourself, then try again:" \
            "  sudo apt-get install $*"
    }
    rm -f "$log"
}

system_libraries() {
    local missing
    [ "$(uname -s)" = Linux ] || return 0
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        environment_is_ready && return 0
        echo "This system has no apt-get. ClinicDesk needs the libraries that Debian calls:"
        wanted_packages | sed 's/^/  /'
        return 0
    fi
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    echo "Installing system packages with apt-get:"
    echo "$missing" | sed -e 's/ :/:/' -e 's/^/  /'
    # shellcheck disable=SC2046  # one word for each package
    apt_install $(echo "$missing" | cut -d: -f1)
}

# --- Python -------------------------------------------------------------------------------

# The newest of the versions known to be good, or whatever python3 is if it is new enough.
choose_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        # A version manager's stand-in may be on the path without the version behind it.
        "$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' \
            2>/dev/null && return 0
    done
    fail "ClinicDesk needs Python 3.11 or newer, and found none on the path."
}

wanted_state() {
    { cat requirements.txt pyproject.toml packaging/setup.sh && pwd; } | cksum
}

environment_is_ready() {
    [ -x .venv/bin/python ] && [ "$(cat "$state_file" 2>/dev/null)" = "$(wanted_state)" ]
}

# An environment that an earlier run left half built is not mended but made anew.
environment_is_sound() {
    [ "$(cat "$state_file" 2>/dev/null)" != unfinished ] &&
        .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

new_environment() {
    local python
    python=$(choose_python)
    rm -rf .venv
    mkdir .venv
    echo unfinished >"$state_file"
    if command -v uv >/dev/null; then
        uv venv --quiet --allow-existing --python "$python" .venv
        return
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        command -v apt-get >/dev/null || fail "$python cannot make virtual environments (no ensurepip)."
        python_venv=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        echo "Installing system packages with apt-get:"
        echo "  $python_venv: Python makes virtual environments with it"
        apt_install "$python_venv"
    fi
    "$python" -m venv .venv
}

fill_environment() {
    local install=(.venv/bin/python -m pip --disable-pip-version-check install --quiet)
    if command -v uv >/dev/null; then
        install=(uv pip install --quiet --python .venv/bin/python)
        uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.txt
    else
        .venv/bin/python -c 'import pip' 2>/dev/null || .venv/bin/python -m ensurepip >/dev/null
        "${install[@]}" --require-hashes -r requirements.txt
    fi
    "${install[@]}" --no-deps --no-build-isolation --editable .
}

python_environment() {
    environment_is_ready && return 0
    # Two runs at once would undo each other's work; the lock falls with this script.
    if command -v flock >/dev/null; then
        exec 9<requirements.txt
        flock --nonblock 9 || {
            echo "Another set-up is running here: waiting for it"
            flock 9
        }
        environment_is_ready && return 0
    fi
    environment_is_sound || new_environment
    echo "Installing what requirements.txt names into .venv ($(.venv/bin/python -V))"
    echo unfinished >"$state_file"
    fill_environment
    wanted_state >"$state_file"
}

system_libraries
python_environment
