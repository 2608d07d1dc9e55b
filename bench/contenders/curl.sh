#!/usr/bin/env bash
# The job of the action with curl and jq, as in a `run:` step. The token goes through files, not the command line; the
# updates of many connectors share one curl, which keeps 8 connections.
set -euo pipefail
shopt -s nullglob

base="$INPUT_API_BASE_URL/accounts/$INPUT_ACCOUNT_ID/sso_connectors"
envelope='def result: if .success == true and (.errors // [] | length) == 0 then .result else error("\(.errors)") end;'
echo "::add-mask::$INPUT_API_TOKEN"

main() {
  if [[ -n $INPUT_CONNECTORS ]]; then
    reconcile
  elif [[ $INPUT_MODE == check ]]; then
    call "$base/$INPUT_SSO_CONNECTOR_ID" | finish
  else
    call --request PATCH --json "{\"enabled\":$INPUT_ENABLED}" "$base/$INPUT_SSO_CONNECTOR_ID" | finish
  fi
}

# Outputs the connector, and fails where the envelope is no success or `enabled` is not as asked for.
finish() {
  jq --raw-output --argjson enabled "$INPUT_ENABLED" "$envelope"'
    result
    | "enabled=\(.enabled)", "verification_status=\(.verification.status)", "sso_connector_id=\(.id)",
      "email_domain=\(.email_domain)", "use_fedramp_language=\(.use_fedramp_language)",
      "created_on=\(.created_on)", "updated_on=\(.updated_on)",
      if .enabled == $enabled then empty else error("enabled is \(.enabled)") end
  ' >> "$GITHUB_OUTPUT"
}

reconcile() {
  local folder
  folder=$(mktemp -d)
  trap "rm -r '$folder'" EXIT
  common > "$folder/common"
  call "$base" > "$folder/list"
  jq --raw-output --argjson wanted "$INPUT_CONNECTORS" --arg base "$base" --arg folder "$folder" "$envelope"'
    INDEX(result[]; .id) as $found
    | $wanted[] | select($found[.sso_connector_id].enabled != .enabled)
    | "next", "config = \"\($folder)/common\"", "request = PATCH", "json = \"{\\\"enabled\\\":\(.enabled)}\"",
      "url = \"\($base)/\(.sso_connector_id)\"", "output = \"\($folder)/\(.sso_connector_id).updated\""
  ' "$folder/list" > "$folder/updates"
  if [[ -s $folder/updates ]]; then
    curl --parallel --parallel-max 8 --config <(tail -n +2 "$folder/updates")
  fi
  jq --slurp --compact-output --argjson wanted "$INPUT_CONNECTORS" "$envelope"'
    ((.[0] | INDEX(result[]; .id)) + (.[1:] | INDEX(.[] | result; .id))) as $found
    | $wanted | map($found[.sso_connector_id] as $now
        | if $now.enabled == .enabled then $now else error("\($now.email_domain): enabled is \($now.enabled)") end)
  ' "$folder/list" "$folder"/*.updated > "$folder/result"
  { printf 'result='; cat "$folder/result"; } >> "$GITHUB_OUTPUT"
}

call() {
  curl --config <(common) "$@"
}

# What every request has, as curl's configuration.
common() {
  printf 'silent\nshow-error\ncacert = "%s"\n' "$NODE_EXTRA_CA_CERTS"
  printf 'header = "Authorization: Bearer %s"\n' "$INPUT_API_TOKEN"
}

main
