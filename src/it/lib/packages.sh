# shellcheck shell=bash
# The packages, built as a user builds them. Sourced by lanes.

# Sets DEB and RPM, and PACKAGES, the directory of the build. In a copy, so that the jar that other lanes use stays as it is;
# kept below target/ for the next lane, as long as nothing has changed that the packages are made of.
build_packages() {
    local key tree
    key=$(cd "$REPO_HOME" && find pom.xml LICENSE README.md conf docs systemd src/main src/packaging -type f -print0 | sort -z |
        xargs -0 sha256sum | sha256sum | cut -c 1-16)
    tree=$REPO_HOME/target/it-tools/packages-$key
    locked packages make_packages "$tree"
    PACKAGES=$tree
    DEB=$(echo "$tree"/target/packages/wharfgate_*_all.deb)
    # shellcheck disable=SC2034 # for lanes
    RPM=$(echo "$tree"/target/packages/wharfgate-*.noarch.rpm)
    [[ -s $DEB && -s $RPM ]] || fail "no packages in $PACKAGES/target/packages"
}

# Two lanes may want them at once.
make_packages() {
    local tree=$1
    [[ ! -d $tree ]] || return 0
    rm -rf "$REPO_HOME"/target/it-tools/packages-*
    mkdir -p "$tree.new"
    tar -C "$REPO_HOME" --exclude=./target --exclude=./.git --exclude=./wharfgate-data -c . | tar -C "$tree.new" -x
    (cd "$tree.new" && HOME=/root mvn -q -B -ntp -Ppackages -Dmaven.test.skip=true package)
    mv "$tree.new" "$tree"
}

# next_package FILE: the .deb of a later version, with another default configuration.
next_package() {
    local tree=$LANE_DIR/next
    dpkg-deb -R "$DEB" "$tree"
    sed -i 's/^Version: .*/Version: 99.0/' "$tree/DEBIAN/control"
    printf '# theirs\n' >>"$tree/etc/wharfgate/wharfgate.yaml"
    dpkg-deb --root-owner-group -b "$tree" "$1" >/dev/null
    rm -r "$tree"
}
