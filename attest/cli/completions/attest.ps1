# PowerShell completion for attest
Register-ArgumentCompleter -Native -CommandName attest -ScriptBlock {
  param($word, $ast, $position)
  $table = @{
    'inspect' = @('--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'ls' = @('--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'get' = @('--type', '--as', '--digest', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'packages' = @('--type', '--license', '--name', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'licenses' = @('--category', '--missing', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'provenance' = @('--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'check' = @('--policy', '--deny', '--review', '--warn', '--allow', '--require', '--effective-time', '--exit-zero', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
    'report' = @('--policy', '--format', '-f', '--output', '-o', '--platform', '--quiet', '-q', '--verbose', '-v', '--debug', '--color', '--ascii', '--width', '--no-progress', '--no-pager', '--strict', '--json-compact', '--offline', '--jobs', '-j', '--timeout', '--retries', '--authfile', '--username', '--password-stdin', '--registry-token-file', '--ca-file', '--plain-http')
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
