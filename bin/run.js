#!/usr/bin/env -S node --
// The `--` keeps Node from taking `--env-file`, which is a flag of ours, for its own: Node 20 looks for it in the whole command line.
import { withdrawResults } from '../dist/src/cli/withdraw-results.js'

// Before the rest is loaded, which takes longer than a kill: no result of an earlier run outlives the start of this one.
withdrawResults(process.argv.slice(2))
const { start } = await import('../dist/src/cli/start.js')
await start(import.meta.url)
