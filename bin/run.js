#!/bin/sh
':' //; command -v node >/dev/null || { echo 'preflight needs Node 20.19 or newer' >&2; exit 2; }; exec node -- "$0" "$@"
// Both a shell and Node read the line above (BusyBox knows no `env -S`). The `--` keeps Node from taking `--env-file`,
// which is a flag of ours, for its own: Node 20 looks for it in the whole command line.
//
// What fails while the rest is loaded would end with Node's own stack trace and exit code 1, which says that a check
// failed. What explains a failure is in this file for the same reason: when no file can be opened, nothing further
// loads. CommonJS, which starts five milliseconds earlier than a module, in words that every Node since 8 can read: an
// old one then says what is needed.
'use strict'

process.on('uncaughtException', refuse)
process.on('unhandledRejection', refuse)
start()

async function start() {
  try {
    refuseOldNode()
    const { launch } = require('../dist/launch.cjs')
    const missing = await launch(require('node:path').join(__dirname, '../dist'), process.argv.slice(2))
    if (missing !== undefined) end(missing.message, missing.hint, 2)
  } catch (error) {
    refuse(error)
  }
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  end(
    `preflight needs Node 20.19 or newer; this is ${process.versions.node} (${process.execPath})`,
    'install a newer Node, or put it first in PATH',
    2,
  )
}

/** Ends a start that failed while modules were loaded: with 2 for what the user can change, else with 70. */
function refuse(error) {
  const { code, message } = error instanceof Error ? error : {}
  const text = String(message)
  const short = {
    EMFILE: 'file descriptors',
    ENFILE: 'file descriptors on this machine',
    ENOMEM: 'memory',
    ERR_WORKER_OUT_OF_MEMORY: 'memory',
  }[code]
  if (short !== undefined)
    end(
      `preflight cannot start: out of ${short} (${code})`,
      short === 'memory' ? 'give it more memory' : 'raise the limit, such as with `ulimit -n 1024`',
      2,
    )
  if (code === 'MODULE_NOT_FOUND' && /^Cannot find module '[^']*\/dist\//.test(text))
    end(
      `preflight is not built: ${named(text)} not found`,
      'run `npm run build` in its folder, or install the package again',
      2,
    )
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ENOENT')
    end(
      `preflight is not installed completely: ${named(text)} not found`,
      'run `npm ci` in its folder, or install the package again',
      2,
    )
  if (code === 'EACCES' || code === 'EPERM')
    end(`preflight cannot read its own files: ${text}`, 'give this user permission to read them', 2)
  end(
    `preflight cannot start: ${error instanceof Error ? error.name : 'unknown error'}${code === undefined ? '' : ` (${code})`}; there is no verdict`,
    'install the package again; if that does not help, this is a bug in preflight',
    70,
  )
}

/** What an error of Node's module loader, or of opening a file, says is missing. */
function named(text) {
  return /^Cannot find ((?:module|package) '[^']+')|open ('[^']+')/.exec(text)?.slice(1).find(Boolean) ?? 'a module'
}

function end(message, hint, exitCode) {
  try {
    process.stderr.write(`Error: ${message}\nHint:  ${hint}\n`)
  } finally {
    process.exit(exitCode)
  }
}
