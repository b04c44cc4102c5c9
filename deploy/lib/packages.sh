# Sourced after common.sh. Installs Debian packages that are missing, and says what it does.
# shellcheck shell=bash

BUILD_PACKAGES=(
    g++ cmake ninja-build ccache pkg-config tzdata
    libboost1.81-dev librdkafka-dev libprotobuf-dev protobuf-compiler libspdlog-dev libfmt-dev libsqlite3-dev
    libyaml-cpp-dev libcli11-dev libexpected-dev libhowardhinnant-date-dev libkainjow-mustache-dev zlib1g-dev
    libssl-dev libsystemd-dev
)
# Beside those: what the tests use. kcat reads the topics as a stranger would; openssl makes certificates; systemd and
# groff check the unit and the manual pages, chromium the report of a backtest.
TEST_PACKAGES=(
    libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev kcat openssl systemd groff-base chromium
)

is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' -- "$1" 2>/dev/null) == installed ]]
}

# Major version of the `java` in the path, 0 if there is none: "17.0.15" -> 17, "1.8.0" -> 8.
java_major() {
    local version
    command -v java >/dev/null || {
        echo 0
        return
    }
    version=$(java -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | head -n 1)
    echo "${version:-0}"
}

# The broker of the integration tests needs Java 17 or later and Maven, from wherever they come.
java_packages() {
    if (($(java_major) < 17)); then echo openjdk-17-jre-headless; fi
    if ! command -v mvn >/dev/null; then echo maven; fi
}

as_root() {
    if ((EUID == 0)); then
        env "$@"
    elif command -v sudo >/dev/null; then
        sudo env "$@"
    else
        die 69 "packages are missing and this is neither root nor is there sudo; as root: apt-get install ${missing[*]}"
    fi
}

apt_install() {
    as_root DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 install \
        --no-install-recommends "$@"
}

apt_update() {
    say "refreshing the package lists"
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update
}

# True if apt knows where to get every one of the packages.
are_listed() {
    local package
    for package in "$@"; do
        apt-cache policy -- "$package" 2>/dev/null | grep -q 'Candidate: [^(]' || return 1
    done
}

# install_packages PACKAGE...: installs those that are missing; nothing to do needs no privileges and no network.
install_packages() {
    local package
    local -a missing=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        warn "this is no Debian; these packages or their like must be here: $*"
        return 0
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    say "installing ${#missing[@]} packages: ${missing[*]}"
    are_listed "${missing[@]}" || apt_update
    # Lists that are too old name files that no longer exist: refresh once and try again.
    apt_install "${missing[@]}" || {
        apt_update
        apt_install "${missing[@]}"
    }
}
