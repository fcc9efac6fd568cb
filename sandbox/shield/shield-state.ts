import type { Log } from '../log-file.js'
import type { ShieldMisbehaviour } from './misbehaviour.js'
import type { ShieldSettings } from './settings.js'
import type { Spine } from './spine.js'

/** What the parts of a running Shield share. */
export interface ShieldState {
  settings: ShieldSettings
  readonly misbehaviour: ShieldMisbehaviour
  readonly spine: Spine
  readonly log: Log
}
