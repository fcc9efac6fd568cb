#!/usr/bin/env -S node --
// The sources as they are, without a build. tsx is registered from here, so that it is found from any folder. The
// transpiling of oclif stays off: it would silently fall back to a stale dist. The `--` is explained in run.js.
import { settings } from '@oclif/core'
import { register } from 'tsx/esm/api'

register()
settings.enableAutoTranspile = false
process.env.NODE_ENV = 'development'
const { start } = await import('../src/cli/start.ts')
await start(import.meta.url, { commands: './commands' })
