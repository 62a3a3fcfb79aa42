# Turns assets/recipes/*.recipe into mn_recipes of study.h: name, title and text of each.

function refuse(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    failed = 1
    exit 1
}

# A line of text as a C string.
function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\\n\""
}

function end_recipe() {
    if (!name)
        return
    if (title == "")
        refuse("the recipe before this has no title")
    rows = rows "    {\"" name "\", " title ",\n" text "    },\n"
}

FNR == 1 {
    end_recipe()
    name = FILENAME
    sub(/.*\//, "", name)
    if (name !~ /^[a-z0-9-]+\.recipe$/)
        refuse("the file's name must be small letters, digits, '-' and end in .recipe")
    sub(/\.recipe$/, "", name)
    text = title = ""
}

/[^ -~\t]/ { refuse("a recipe is plain ASCII") }

$1 == "title" {
    title = $0
    sub(/^[ \t]*title[ \t]+/, "", title)
    title = quoted(title)
    sub(/\\n"$/, "\"", title)
}

{ text = text "     " quoted($0) "\n" }

END {
    if (failed)
        exit 1
    end_recipe()
    print "/* Made by recipes.awk from assets/recipes. */"
    print "#include \"mnemoscope/study.h\"\n"
    print "const mn_recipe mn_recipes[] = {\n" rows "    {0}};"
}
