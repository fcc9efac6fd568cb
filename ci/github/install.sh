#!/usr/bin/env bash
# Makes preflight ready for the next step, and says where its program is. Called by action.yml.
set -euo pipefail

node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' || {
  echo "::error::preflight needs Node 20.19 or newer: put actions/setup-node before it; where Node cannot start, look at NODE_OPTIONS"
  exit 2
}

if [[ -n ${PREFLIGHT_ACTION_PACKAGE:-} ]]; then
  folder="$RUNNER_TEMP/preflight"
  npm install --no-audit --no-fund --prefix "$folder" -- "$PREFLIGHT_ACTION_PACKAGE"
  program="$folder/node_modules/preflight/bin/run.js"
else
  cd "$GITHUB_ACTION_PATH"
  if [[ ! -e dist/preflight.cjs ]]; then
    npm ci --no-audit --no-fund
    npm run build
  fi
  program="$GITHUB_ACTION_PATH/bin/run.js"
fi
[[ -e $program ]] || {
  echo "::error::what npm installed is not preflight"
  exit 2
}
# A folder's name holds no line feed here: both are made by the runner.
printf 'PREFLIGHT_ACTION_PROGRAM=%s\n' "$program" >>"$GITHUB_ENV"
