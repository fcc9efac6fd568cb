#!/usr/bin/env -S node --
// The sources as they are, without a build. tsx is registered from here, so that it is found from any folder. The
// transpiling of oclif stays off: it would silently fall back to a stale dist. The `--` is explained in run.js.
'use strict'

void start()

async function start() {
  const { settings } = await import('@oclif/core')
  const { register } = await import('tsx/esm/api')
  register()
  settings.enableAutoTranspile = false
  process.env.NODE_ENV = 'development'
  const program = await import('../src/cli/start.ts')
  await program.start()
}
