import {
  bundleDocuments,
  evidenceFolder,
  isBundlePath,
  manifestName,
  type BundleLimits,
  longestBundleName,
  bundleNamePattern,
} from './manifest.js'
import { PreflightError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { neutralise } from '../../base/text/terminal-text.js'

/**
 * The entries of one bundle as they are met: each is known to the layout, stands there once, and all stay within the
 * limits.
 */
export class Entries {
  readonly #met = new Set<string>()
  #bytes = 0

  constructor(readonly limits: BundleLimits) {}

  /** @throws BundleError when there may be no folder at this path of the bundle */
  admitFolder(path: string): void {
    if (path !== '' && path !== evidenceFolder)
      throw new BundleError('unknown-file', `‘${shownName(path)}/’ is no folder of a bundle`)
    this.#meet(path)
  }

  /**
   * @param bytes what its header or its file system says
   * @throws BundleError when there may be no file at this path of the bundle, or none as large
   */
  admitFile(path: string, bytes: number): void {
    if (path === evidenceFolder)
      throw new BundleError('unknown-file', `‘${evidenceFolder}’ is a file, and must be a folder`)
    if (!isBundlePath(path))
      throw new BundleError(
        'unknown-file',
        `‘${shownName(path)}’ is none of ${[...bundleDocuments, manifestName].join(', ')} and ${evidenceFolder}/…`,
      )
    this.#meet(path)
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw new BundleError('damaged', `‘${shownName(path)}’ has no size that a file can have`)
    if (bytes > this.limits.fileBytes)
      throw new BundleError(
        'too-large',
        `‘${shownName(path)}’ has ${bytes} bytes, and ${this.limits.fileBytes} are allowed`,
      )
    this.#bytes += bytes
    if (this.#bytes > this.limits.bytes)
      throw new BundleError('too-large', `its files have more than ${this.limits.bytes} bytes together`)
  }

  #meet(path: string): void {
    // Names that differ in case only are one file on half of the world's machines; all of them are ASCII here.
    const folded = path.toLowerCase()
    if (this.#met.has(folded))
      throw new BundleError('duplicate', `‘${shownName(path)}’ stands in it twice, or in another case`)
    this.#met.add(folded)
    if (this.#met.size > this.limits.entries)
      throw new BundleError('too-many', `it holds more than ${this.limits.entries} files and folders`)
  }
}

/** What makes a name unsafe, in words, the most telling first. */
const dangers: readonly (readonly [test: (name: string) => boolean, what: string])[] = [
  [(name) => name === '', 'is empty'],
  [(name) => name.includes('\uFFFD'), 'is not UTF-8'],
  [(name) => name.includes('\0'), 'holds a NUL'],
  [
    (name) => /[\u0000-\u001F\u007F-\u009F]/.test(name),
    'holds control characters, with which a terminal can be repainted',
  ],
  [
    (name) => /[\p{Bidi_Control}\p{Cf}\u2028\u2029]/u.test(name),
    'holds invisible or bidirectional characters, with which it looks like another',
  ],
  [(name) => name.normalize('NFC') !== name, 'is not in Unicode’s composed form, so that it is another name elsewhere'],
  [(name) => name.includes('\\'), 'holds a backslash, which separates folders elsewhere'],
  [(name) => /^[A-Za-z]:/.test(name), 'begins with a drive letter'],
  [(name) => name.startsWith('/'), 'is absolute'],
  [(name) => name.split('/').includes('..'), 'climbs out of the bundle with ..'],
  [(name) => name.split('/').includes('.'), 'holds a . in place of a name'],
  [(name) => name.split('/').includes(''), 'holds an empty name between slashes'],
  [
    (name) => name.split('/').some((segment) => Buffer.byteLength(segment) > longestBundleName),
    `is longer than the ${longestBundleName} bytes a name may have`,
  ],
  [
    (name) => !name.split('/').every((segment) => bundleNamePattern.test(segment)),
    'holds characters other than ASCII letters, digits, dots, underscores and hyphens, or begins or ends with one that it may not',
  ],
]

/**
 * Takes an entry's name apart.
 *
 * @param name without the slash that ends a folder's
 * @throws BundleError when any file system, shell or terminal could take it for something else
 */
export function entrySegments(name: string): readonly string[] {
  const danger = dangers.find(([test]) => test(name))
  if (danger !== undefined) throw new BundleError('unsafe-name', `the name ‘${shownName(name)}’ ${danger[1]}`)
  return name.split('/')
}

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
