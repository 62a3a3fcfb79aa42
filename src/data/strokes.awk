# Turns data/digits/*.strokes into the C tables of glyph.h; data/README.md has the format.

function refuse(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    failed = 1
    exit 1
}

function add_point(text, last,    corner, xy) {
    corner = sub(/!$/, "", text)
    if (text !~ /^-?[0-9]+\.[0-9]+,-?[0-9]+\.[0-9]+$/)
        refuse("'" text "' is not a point: 'x,y' or 'x,y!' wanted, as in 0.25,0.50")
    split(text, xy, ",")
    points = points sprintf("    {%sf, %sf, %d, %d},\n", xy[1], xy[2], corner, last)
    n_points++
}

function end_variant() {
    if (!open)
        return
    if (n_points == first)
        refuse("the variant above has no stroke")
    if (n_points - first > 32)
        refuse("the variant above has more than 32 points")
    variants = variants sprintf("    {%d, %d, %d, %d},\n", digit, weight, first, n_points - first)
    n_variants++
    seen[digit] = 1
    open = 0
}

FNR == 1 {
    end_variant()
    if (!match(FILENAME, /[0-9]\.strokes$/))
        refuse("the file must be named after its digit: 7.strokes")
    digit = substr(FILENAME, RSTART, 1)
}

/^[ \t]*(#|$)/ { next }

$1 == "variant" {
    end_variant()
    if (NF != 2 || $2 !~ /^[1-9][0-9]*$/)
        refuse("a variant has one weight, a whole number from 1")
    weight = $2
    first = n_points
    open = 1
    next
}

$1 == "stroke" {
    if (!open)
        refuse("a stroke before the first variant")
    if (NF < 3)
        refuse("a stroke has at least two points")
    for (i = 2; i <= NF; i++)
        add_point($i, i == NF)
    next
}

{ refuse("'" $1 "' is neither 'variant' nor 'stroke'") }

END {
    if (failed)
        exit 1
    end_variant()
    for (i = 0; i < 10; i++)
        if (!seen[i])
            refuse("digit " i " has no variant")
    print "/* Made by strokes.awk from data/digits. */"
    print "#include \"glyph.h\"\n"
    print "const mn_stroke_point mn_stroke_points[] = {\n" points "};\n"
    print "const mn_stroke_variant mn_stroke_variants[] = {\n" variants "};\n"
    printf "const size_t mn_n_stroke_variants = %d;\n", n_variants
}
