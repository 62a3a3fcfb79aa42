#!/bin/sh
# Every header compiles by itself. Prints TAP.
#
#     check-headers.sh SOURCE_ROOT CC...
set -eu

root=$1
shift
number=0
failed=0
for header in "$root"/include/mnemoscope/*.h; do
    name=$(basename "$header")
    number=$((number + 1))
    if message=$("$@" -std=c11 -Wall -Wextra -Werror -fsyntax-only -x c -I"$root/include" \
        -include "mnemoscope/$name" /dev/null 2>&1); then
        echo "ok $number - ${name%.h}_compiles_by_itself"
    else
        echo "not ok $number - ${name%.h}_compiles_by_itself"
        echo "$message" | sed 's/^/# /'
        failed=1
    fi
done
echo "1..$number"
exit $failed
