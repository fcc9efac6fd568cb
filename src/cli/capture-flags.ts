import { Flags } from '@oclif/core'
import type { CaptureOptions } from '../incidents/capture-command.js'
import { durationFlag, stateFlags } from './flags.js'
import { warn } from './base-command.js'

/** Milliseconds for all collectors together. */
const defaultBudget = 60_000

export const captureFlags = {
  output: Flags.string({
    description: 'the folder to make the bundle in [default: incidents, in the state folder]',
    helpValue: '<dir>',
  }),
  'last-good': Flags.string({
    description:
      'the last good result, to compare with: a file, or the id of a kept result [default: the last kept go of this deployment]',
    helpValue: '<result>',
  }),
  'key-file': Flags.string({
    description:
      'a key for fingerprints of variables, so that bundles can be compared (32 bytes or more, readable only by you)',
    helpValue: '<file>',
  }),
  budget: durationFlag('budget', 'maximum time for gathering [default: 1m]', {
    minimum: 1000,
    maximum: 3_600_000,
  }),
  ...stateFlags,
}

interface CaptureFlags {
  readonly 'last-good'?: string | undefined
  readonly 'key-file'?: string | undefined
  readonly budget?: number | undefined
  readonly state?: string | undefined
}

export function captureOptions(flags: CaptureFlags, parent: string | undefined, signal: AbortSignal): CaptureOptions {
  return {
    parent,
    state: flags.state,
    lastGood: flags['last-good'],
    keyFile: flags['key-file'],
    budget: flags.budget ?? defaultBudget,
    signal,
    onProgress: warn,
  }
}
