#!/usr/bin/env -S node --
// The `--` keeps Node from taking `--env-file`, which is a flag of ours, for its own: Node 20 looks for it in the whole command line.
import { start } from '../dist/src/cli/start.js'

await start(import.meta.url)
