#!/usr/bin/env bash
# Makes preflight ready for the next step, and says where its program is. Called by action.yml.
set -euo pipefail

node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' || {
  echo "::error::preflight needs Node 20.19 or newer: put actions/setup-node before it; where Node cannot start, look at NODE_OPTIONS"
  exit 2
}

if [[ -n ${PREFLIGHT_ACTION_PACKAGE:-} ]]; then
  # A bare name would be looked up in a registry, where it belongs to somebody else.
  case $PREFLIGHT_ACTION_PACKAGE in
    https://* | http://* | *.tgz) ;;
    *)
      echo "::error::the input package must be the URL or the path of a tarball"
      exit 2
      ;;
  esac
  folder="$RUNNER_TEMP/preflight"
  mkdir -p "$folder/package"
  npm pack --silent --ignore-scripts --pack-destination "$folder/package" -- "$PREFLIGHT_ACTION_PACKAGE"
  node -e '
    const [file, expected] = process.argv.slice(1)
    const digest = require("node:crypto").createHash("sha512").update(require("node:fs").readFileSync(file)).digest("base64")
    if (expected !== "sha512-" + digest) {
      console.log(`::error::the package is sha512-${digest}, which is not what the input integrity says`)
      process.exit(2)
    }
  ' "$folder"/package/*.tgz "${PREFLIGHT_ACTION_INTEGRITY:-}"
  npm install --ignore-scripts --no-audit --no-fund --prefix "$folder" -- "$folder"/package/*.tgz
  program="$folder/node_modules/@arqonbus/preflight/bin/run.js"
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
