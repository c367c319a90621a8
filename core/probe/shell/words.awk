# For the awk programs beside it; goes before them. No single quotes: it travels inside them.
function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t\r]+$/, "", s); return s }
function unquoted(s, q) {
    q = substr(s, 1, 1)
    if (q == "\"" || q == "\047") { s = substr(s, 2); if (index(s, q)) s = substr(s, 1, index(s, q) - 1) }
    return s
}
