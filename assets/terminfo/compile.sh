#!/bin/sh
# compile.sh: the terminal descriptions as C strings, on standard output. Needs tic and infocmp.
#   sh assets/terminfo/compile.sh > src/tui/terminfo_entries.h
set -eu
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tic -x -o "$work" "$here/mnemoscope.ti"

entry() { # NAME IDENTIFIER
    echo "static const char $2[] ="
    # -Q2: base64, the form that TERMINFO takes as it is.
    infocmp -x -0 -Q2 -A "$work" "$1" | sed '/^#/d' | tr -d '\n ' | fold -w 80 | sed 's/.*/    "&"/; $ s/$/;/'
    echo
}
echo "/* terminfo_entries.h: made from assets/terminfo/mnemoscope.ti by compile.sh; do not edit. */"
echo "#ifndef MNEMOSCOPE_TUI_TERMINFO_ENTRIES_H"
echo "#define MNEMOSCOPE_TUI_TERMINFO_ENTRIES_H"
echo
entry mnemoscope-256 mn_terminfo_256
entry mnemoscope-direct mn_terminfo_direct
echo "#endif"
