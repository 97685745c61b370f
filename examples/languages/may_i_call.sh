#!/bin/sh
# may_i_call.sh ADDRESS PHONE ZIP: asks a `leadcore decide --http PORT`, and ends with 0 only if
# the answer is "permitted". What is not known is left out, and what is left out permits nothing.
set -eu
address=$1 phone=$2 zip=$3

zones=$(printf '{"kind": "zones", "facts": {"e164": "%s", "zip": "%s"}}' "$phone" "$zip" |
  curl --fail-with-body --silent --show-error --max-time 10 --noproxy '*' \
    --header 'Content-Type: application/json' --data-binary @- "$address" |
  sed -n 's/.*"answer": \(\[[^]]*\]\).*/\1/p')

answer=$(printf '{"kind": "contact", "instant_utc": "%s", "facts": {"channel": "call",
  "initiation": "manual", "purpose": "telemarketing", "seller": "north-legal",
  "lead": {"zip": "%s"}, "number": {"e164": "%s", "zones": %s}}}' \
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$zip" "$phone" "$zones" | tr -d '\n' |
  curl --fail-with-body --silent --show-error --max-time 10 --noproxy '*' \
    --header 'Content-Type: application/json' --data-binary @- "$address")

printf '%s\n' "$answer"
case $answer in *'"answer": "permitted"'*) ;; *) exit 1 ;; esac
