#!/usr/bin/env bash
# Runs preflight with the inputs of action.yml, which stand in variables. The exit code is preflight's own.
set -euo pipefail

arguments=(run --format github --no-offer --plain --no-keep)

# Adds a flag for each line that is not blank. One word each, so that a value that starts with a dash stays a value.
add_lines() {
  local flag=$1 line
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    [[ -z ${line//[[:blank:]]/} ]] || arguments+=("$flag=$line")
  done <<<"$2"
}

add_one() {
  [[ -z $2 ]] || arguments+=("$1=$2")
}

refuse() {
  # The message names the input only: what it holds could be a workflow command.
  echo "::error::the input $1 must be $2"
  finish 2
}

finish() {
  local verdict=none
  case $1 in
    0) verdict=go ;;
    1 | 4 | 5) verdict=no-go ;;
  esac
  printf 'exit-code=%s\nverdict=%s\n' "$1" "$verdict" >>"$GITHUB_OUTPUT"
  exit "$1"
}

add_lines --env-file "${PREFLIGHT_ACTION_ENV_FILE:-}"
add_one --env-reader "${PREFLIGHT_ACTION_ENV_READER:-}"
add_lines --env-dotenv "${PREFLIGHT_ACTION_ENV_DOTENV:-}"
add_lines --env-sourced "${PREFLIGHT_ACTION_ENV_SOURCED:-}"
add_lines --env-docker "${PREFLIGHT_ACTION_ENV_DOCKER:-}"
add_lines --env-systemd "${PREFLIGHT_ACTION_ENV_SYSTEMD:-}"
add_lines --env-compose "${PREFLIGHT_ACTION_ENV_COMPOSE:-}"
add_lines --env-k8s "${PREFLIGHT_ACTION_ENV_K8S:-}"
add_lines --skip "${PREFLIGHT_ACTION_SKIP:-}"
add_lines --input "${PREFLIGHT_ACTION_INPUT:-}"
add_lines --input-env "${PREFLIGHT_ACTION_INPUT_ENV:-}"
add_lines --inputs-file "${PREFLIGHT_ACTION_INPUTS_FILE:-}"
add_lines --checks "${PREFLIGHT_ACTION_CHECKS:-}"
add_lines --report "${PREFLIGHT_ACTION_REPORTS:-}"
add_one --profile "${PREFLIGHT_ACTION_PROFILE:-}"
add_one --config "${PREFLIGHT_ACTION_CONFIG:-}"
add_one --output "${PREFLIGHT_ACTION_OUTPUT:-}"
add_one --capture-on-failure "${PREFLIGHT_ACTION_CAPTURE:-}"

case ${PREFLIGHT_ACTION_PHASE:-} in
  '') ;;
  before-start | after-start) arguments+=("--$PREFLIGHT_ACTION_PHASE") ;;
  *) refuse phase "before-start, after-start or empty" ;;
esac
case ${PREFLIGHT_ACTION_ENV_SHELL:-false} in
  false) ;;
  true) arguments+=(--env-shell) ;;
  *) refuse env-shell "true or false; env-sourced takes files" ;;
esac
case ${PREFLIGHT_ACTION_GATES:-} in
  '') ;;
  true) arguments+=(--gates) ;;
  false) arguments+=(--no-gates) ;;
  *) refuse gates "true, false or empty" ;;
esac
case ${PREFLIGHT_ACTION_BUILTIN_CHECKS:-true} in
  true) ;;
  false) arguments+=(--no-builtin) ;;
  *) refuse builtin-checks "true or false" ;;
esac
case ${PREFLIGHT_ACTION_FAIL_ON_WARN:-false} in
  false) ;;
  true) arguments+=(--fail-on-warn) ;;
  *) refuse fail-on-warn "true or false" ;;
esac

# After `--` a selector is never taken for a flag.
selectors=()
while IFS= read -r line || [[ -n $line ]]; do
  line=${line%$'\r'}
  [[ -z ${line//[[:blank:]]/} ]] || selectors+=("$line")
done <<<"${PREFLIGHT_ACTION_SELECT:-}"

# Where Node cannot start (NODE_OPTIONS names a module that is missing) it ends with 1 itself, which would read as a failed check.
node -e '' || {
  echo "::error::Node cannot start, so nothing was judged: look at NODE_OPTIONS"
  finish 2
}
code=0
node -- "$PREFLIGHT_ACTION_PROGRAM" "${arguments[@]}" -- ${selectors[@]+"${selectors[@]}"} || code=$?
finish "$code"
