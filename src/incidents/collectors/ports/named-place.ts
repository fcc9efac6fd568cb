import { messageOf } from '../../../base/errors.js'
import type { Secret } from '../../../redaction/secret-value.js'
import { parseHostPort } from '../../../net/host-port.js'

export interface NamedPlace {
  /** Empty for a port alone. */
  readonly host: string
  /** 0 when what was given names none. */
  readonly port: number
  /** Why it names none, without quoting it; else empty. */
  readonly problem: string
}

/** What cannot be read is told of at its name: the others have ports all the same. */
export function placeNamed(place: number | Secret): NamedPlace {
  if (typeof place === 'number') return { host: '', port: place, problem: '' }
  try {
    return { ...parseHostPort(place), problem: '' }
  } catch (error) {
    return { host: '', port: 0, problem: messageOf(error) }
  }
}
