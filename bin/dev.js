#!/usr/bin/env -S node --import tsx --
// The sources as they stand, without a build. The transpiling of oclif stays off: it would silently fall back to a
// stale dist.
import { settings } from '@oclif/core'

settings.enableAutoTranspile = false
process.env.NODE_ENV = 'development'
const { start } = await import('../src/cli/start.ts')
await start(import.meta.url, { commands: './commands' })
