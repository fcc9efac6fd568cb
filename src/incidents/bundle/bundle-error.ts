import { PreflightError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { neutralise } from '../../base/text/terminal-text.js'

const hints = {
  absent: 'give the folder or the .tar.gz that a capture wrote',
  'not-a-bundle': 'give the folder or the .tar.gz that a capture wrote',
  unfinished: 'capture again; the next capture to the same place clears it away',
  unreadable: 'make it readable for yourself, or copy it',
  'unsafe-name': 'no capture writes such a name: do not unpack it, and ask whoever sent it',
  link: 'no capture writes links: do not unpack it, and ask whoever sent it; a folder of your own can be copied with its links resolved',
  'special-file': 'no capture writes anything but files and folders: do not unpack it, and ask whoever sent it',
  duplicate: 'two programs may unpack it differently: do not unpack it, and ask whoever sent it',
  'unknown-file': 'a bundle holds what a capture writes and nothing else: move the rest elsewhere',
  'several-folders': 'give one bundle at a time',
  extension: 'a capture writes plain tar headers; where another program packed it again, unpack it and give the folder',
  'too-large': 'no capture writes this much: do not unpack it, and ask whoever sent it',
  'too-many': 'no capture writes this many files: do not unpack it, and ask whoever sent it',
  truncated: 'copy it again; a download or a disk ended early',
  damaged: 'copy it again; what arrived is not what was written',
  'trailing-data': 'copy it again; something was appended to it',
  changing: 'wait until nobody writes to it, and read it again',
} as const

/** Why a bundle is not read. */
export type BundleFault = keyof typeof hints

const longestShown = 200

/** An entry's name as a person may see it: nothing in it reaches the terminal, and a long one is cut. */
export function shownName(name: string): string {
  const whole = neutralise(name)
  return whole.length > longestShown ? `${whole.slice(0, longestShown)}…` : whole
}

/**
 * A bundle is not what a capture writes, so that nothing of it is used: exit 28. The code is `bundle-` and the fault.
 */
export class BundleError extends PreflightError {
  override readonly name = 'BundleError'

  /** @param what what is wrong, and with which entry: no raw text from the bundle */
  constructor(
    readonly fault: BundleFault,
    what: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(`bundle-${fault}`, exitCodes.bundleUntrusted, `the bundle is refused: ${what}`, {
      ...options,
      hint: hints[fault],
    })
  }
}
