#!/bin/sh
# The arrows of ARCHITECTURE.md: which folder may include, and call, which. Prints TAP.
#
#     check-includes.sh SOURCE_ROOT [BUILD_ROOT]
#
# With a build folder the static libraries are looked at as well: a symbol that one folder takes
# from another is an arrow even where no header was included.
set -eu

root=$1
build=${2:-}
folders='core math data model learn measure session study figure chart view paint screen cli tui'
number=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What a folder may include, besides itself.
allowed() {
    case $1 in
    core) ;;
    math) echo core ;;
    data) echo math core ;;
    model) echo math core ;;
    learn | measure) echo model math core ;;
    session) echo data model learn measure math core ;;
    study) echo session data model learn measure math core ;;
    figure) echo core ;;
    chart) echo figure study session measure math core ;; # of study: results
    paint) echo figure core ;;
    view) echo figure session measure core ;; # of session: the snapshot, see check_view
    screen) echo view chart study paint figure session measure core ;;
    cli) echo screen view chart study paint figure session data model learn measure math core ;;
    tui) echo screen view chart paint figure session core ;;
    esac
}

owner() {
    case $1 in
    arena | clock | file | param | rng | status | text) echo core ;;
    blas | circle | eigen | kernel | qp) echo math ;;
    dataset | dataset_impl | image_file | stream | stream_impl | safetensors) echo data ;;
    model | model_impl | portrait) echo model ;;
    loss | optimiser | optimiser_impl | strategy | strategy_impl | buffer | dream | signal) echo learn ;;
    capacity | circle | coroner | dossier | map | metrics | mixture | pca | prototype | recollection | stale | trust | umap | units)
        echo measure
        ;;
    command | config | session | snapshot | trainer) echo session ;;
    axis | study | results) echo study ;;
    chart) echo chart ;;
    figure) echo figure ;;
    view) echo view ;;
    canvas | palette | paint) echo paint ;;
    screen | browser) echo screen ;;
    cli) echo cli ;;
    tui) echo tui ;;
    *) echo unknown ;;
    esac
}

contains() {
    word=$1
    shift
    for each in "$@"; do
        [ "$each" != "$word" ] || return 0
    done
    return 1
}

# report NAME FILE: one TAP case; the lines of FILE are what is wrong.
report() {
    number=$((number + 1))
    if [ -s "$2" ]; then
        echo "not ok $number - $1"
        sed 's/^/# /' "$2"
        failed=1
    else
        echo "ok $number - $1"
    fi
}

# "FILE HEADER" for every header of ours that a file names.
includes_of() {
    grep -Hoh '^#include "mnemoscope/[a-z_]*\.h"' "$1" | sed 's|.*/||; s|\.h"$||'
}

check_folder() {
    : >"$scratch/wrong"
    may="$1 $(allowed "$1")"
    for file in "$root/src/$1"/*.[ch]; do
        [ -e "$file" ] || continue
        for header in $(includes_of "$file"); do
            from=$(owner "$header")
            # shellcheck disable=SC2086 # folders are words
            contains "$from" $may || echo "$file includes $header.h of $from" >>"$scratch/wrong"
        done
    done
    report "$1_includes_only_what_is_below_it" "$scratch/wrong"
}

# A header may include what its folder may, and nobody's *_impl.h.
check_headers() {
    : >"$scratch/wrong"
    for file in "$root"/include/mnemoscope/*.h; do
        name=$(basename "$file" .h)
        folder=$(owner "$name")
        [ "$folder" != unknown ] || echo "$name.h belongs to no folder" >>"$scratch/wrong"
        for header in $(includes_of "$file"); do
            from=$(owner "$header")
            # shellcheck disable=SC2046 # folders are words
            contains "$from" "$folder" $(allowed "$folder") $(seen_through "$name") ||
                echo "$name.h of $folder includes $header.h of $from" >>"$scratch/wrong"
        done
    done
    report "headers_include_only_what_is_below_them" "$scratch/wrong"
}

# Names that come along with a header and stand for values, not for calls.
seen_through() {
    case $1 in
    snapshot) echo learn ;;
    esac
}

# Who may include a header of somebody else's library.
check_library() {
    : >"$scratch/wrong"
    grep -rlE "^#include <($1)" "$root/src" "$root/include" | while read -r file; do
        case $file in
        "$root/src/$2"/*) ;;
        *) echo "$file includes $1" >>"$scratch/wrong" ;;
        esac
    done
    report "only_$2_includes_$3" "$scratch/wrong"
}

# Of the session, views know the snapshot only.
check_view() {
    : >"$scratch/wrong"
    for file in "$root"/src/view/*.[ch] "$root/include/mnemoscope/view.h"; do
        for header in $(includes_of "$file"); do
            case $(owner "$header") in
            session) [ "$header" = snapshot ] || echo "$file includes $header.h" >>"$scratch/wrong" ;;
            esac
        done
    done
    report view_knows_only_the_snapshot_of_a_session "$scratch/wrong"
}

check_impl() {
    : >"$scratch/wrong"
    grep -rHo '^#include "mnemoscope/[a-z]*_impl\.h"' "$root/src" | while IFS=: read -r file line; do
        name=$(echo "$line" | sed 's|.*/||; s|\.h"$||')
        case $file in
        "$root/src/$(owner "$name")"/*) ;;
        *) echo "$file includes $name.h" >>"$scratch/wrong" ;;
        esac
    done
    report implementation_headers_stay_in_their_folder "$scratch/wrong"
}

# Symbols that a folder takes from others, by its static library.
list_symbols() {
    for folder in $folders; do
        library=$build/src/$folder/libmn_$folder.a
        [ -e "$library" ] || continue
        nm -g "$library" 2>/dev/null | awk -v folder="$folder" '
            NF == 3 && $2 ~ /[TDBRV]/ && $3 ~ /^mn_/ { print folder, "has", $3 }
            NF == 2 && $1 == "U" && $2 ~ /^mn_/ { print folder, "uses", $2 }'
    done
}

check_calls() {
    list_symbols | sort -u >"$scratch/symbols"
    for folder in $folders; do
        may="$folder $(allowed "$folder")"
        [ "$folder" != view ] || may="$may learn" # names of verdicts
        [ "$folder" != tui ] || may="$may measure"
        [ "$folder" != screen ] || may="$may data model learn" # registries: what Tab completes
        awk -v folder="$folder" -v may="$may" '
            BEGIN { n = split(may, word, " "); for (i = 1; i <= n; i++) ok[word[i]] = 1 }
            $2 == "has" { owner[$3] = $1 }
            $1 == folder && $2 == "uses" { used[$3] = 1 }
            END {
                for (s in used)
                    if (s in owner && !(owner[s] in ok))
                        print "src/" folder " calls " s " of " owner[s]
            }' "$scratch/symbols" >"$scratch/wrong"
        report "${folder}_calls_only_what_is_below_it" "$scratch/wrong"
    done
}

for folder in $folders; do
    check_folder "$folder"
done
check_headers
check_view
check_impl
check_library 'ncurses|curses|term\.h' tui curses
check_library 'cblas|f77blas|openblas|lapack' math blas_and_lapack
check_library 'mpi\.h' study mpi
if [ -n "$build" ] && command -v nm >/dev/null; then
    check_calls
fi
echo "1..$number"
exit $failed
