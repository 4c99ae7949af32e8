#compdef attest
_attest() {
  local -a commands words
  commands=(
    'inspect:Show what is attached to an image, on every platform'
    'ls:List every document attached to an image, and where it was found'
    'get:Print one attached document, as it was attached'
    'packages:List the packages of an image and the licenses they carry'
    'licenses:Summarize the licenses of an image, then the packages under each'
    'provenance:Show how an image was built, as its provenance claims'
    'check:Evaluate a policy - exit 1 if the image does not meet it'
    'report:Write a report; findings never make it fail'
    'cache:Show, shrink or empty the cache of what registries gave'
    'doctor:Check what stands between this machine and a registry; Docker Hub if none is named'
    'schema:Print a JSON Schema'
    'completion:Print a completion script for a shell'
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    _files
    return
  fi
  local chosen="${(Q)${(z)BUFFER}[2]}"
  case "$chosen" in
    inspect) words=(--format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    ls) words=(--format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    get) words=(--type --as --digest --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    packages) words=(--type --license --name --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    licenses) words=(--category --missing --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    provenance) words=(--format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    check) words=(--policy --deny --review --warn --allow --require --effective-time --baseline --update-baseline --exit-zero --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    report) words=(--policy --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    cache) words=(info prune clear --older-than --max-size --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    doctor) words=(--json --settings --format -f --output -o --platform --quiet -q --verbose -v --debug --color --ascii --width --no-progress --no-pager --strict --json-compact --offline --cache-dir --no-cache --refresh --jobs -j --timeout --retries --authfile --username --password-stdin --registry-token-file --ca-file --plain-http --mirror --external-referrers --trust-realm --allow-private-redirects --insecure --attachment-tag-prefix --config --no-config --trust-project) ;;
    schema) words=(report doctor) ;;
    completion) words=(bash zsh fish powershell) ;;
  esac
  compadd -- $words
  _files
}
compdef _attest attest
