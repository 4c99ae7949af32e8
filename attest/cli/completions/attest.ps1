# PowerShell completion for attest
Register-ArgumentCompleter -Native -CommandName attest -ScriptBlock {
  param($word, $ast, $position)
  $table = @{
    'inspect' = @('--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'ls' = @('--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'get' = @('--type', '--as', '--digest', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'packages' = @('--type', '--license', '--name', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'licenses' = @('--category', '--missing', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'provenance' = @('--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'check' = @('--policy', '--deny', '--review', '--warn', '--allow', '--require', '--effective-time', '--exit-zero', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'report' = @('--policy', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'cache' = @('info', 'prune', 'clear', '--older-than', '--max-size', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--cache-dir', '--no-cache', '--refresh', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http', '--trust-realm', '--allow-private-redirects')
    'schema' = @('report')
    'completion' = @('bash', 'zsh', 'fish', 'powershell')
  }
  $elements = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  if ($elements.Count -lt 2 -or ($elements.Count -eq 2 -and $word -ne '')) {
    $choices = $table.Keys | Sort-Object
  } else {
    $choices = $table[$elements[1]]
  }
  $choices | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
