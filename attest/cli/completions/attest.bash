# bash completion for attest
_attest() {
  local current="${COMP_WORDS[COMP_CWORD]}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=( $(compgen -W 'inspect ls get packages licenses provenance check report cache doctor schema completion --help --version' -f -- "$current") )
    return
  fi
  case "${COMP_WORDS[1]}" in
    inspect) words='--format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    ls) words='--format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    get) words='--type --as --digest --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    packages) words='--type --license --name --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    licenses) words='--category --missing --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    provenance) words='--format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    check) words='--policy --deny --review --warn --allow --require --effective-time --exit-zero --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    report) words='--policy --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    cache) words='info prune clear --older-than --max-size --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    doctor) words='--json --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects' ;;
    schema) words='report doctor' ;;
    completion) words='bash zsh fish powershell' ;;
  esac
  COMPREPLY=( $(compgen -W "$words" -f -- "$current") )
}
complete -o filenames -F _attest attest
