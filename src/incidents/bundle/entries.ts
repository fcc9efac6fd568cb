import {
  bundleDocuments,
  evidenceFolder,
  isBundlePath,
  manifestName,
  type BundleLimits,
  longestBundleName,
  bundleNamePattern,
} from './manifest.js'
import { PreflightError, exitCodes } from '../../base/errors.js'
import { neutralise } from '../../base/text/terminal-text.js'

/**
 * The entries of one bundle as they are read: each is known to the layout, is there once, and all stay within the
 * limits.
 */
export class Entries {
  readonly #seen = new Set<string>()
  #bytes = 0

  constructor(readonly limits: BundleLimits) {}

  /** @throws BundleError when there may be no folder at this path of the bundle */
  admitFolder(path: string): void {
    if (path !== '' && path !== evidenceFolder)
      throw new BundleError('unknown-file', `‘${shownName(path)}/’ is not a folder of a bundle`)
    this.#meet(path)
  }

  /**
   * @param bytes what its header or its file system says
   * @throws BundleError when there may be no file at this path of the bundle, or none as large
   */
  admitFile(path: string, bytes: number): void {
    if (path === evidenceFolder)
      throw new BundleError('unknown-file', `‘${evidenceFolder}’ is a file, but must be a folder`)
    if (!isBundlePath(path))
      throw new BundleError(
        'unknown-file',
        `‘${shownName(path)}’ is not one of ${[...bundleDocuments, manifestName].join(', ')} and ${evidenceFolder}/…`,
      )
    this.#meet(path)
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw new BundleError('damaged', `‘${shownName(path)}’ has an impossible size`)
    if (bytes > this.limits.fileBytes)
      throw new BundleError(
        'too-large',
        `‘${shownName(path)}’ has ${bytes} bytes; the maximum is ${this.limits.fileBytes}`,
      )
    this.#bytes += bytes
    if (this.#bytes > this.limits.bytes)
      throw new BundleError('too-large', `its files have more than ${this.limits.bytes} bytes in total`)
  }

  #meet(path: string): void {
    // Names that differ in case only are one file on half of the world's machines; all of them are ASCII here.
    const folded = path.toLowerCase()
    if (this.#seen.has(folded))
      throw new BundleError('duplicate', `‘${shownName(path)}’ is a duplicate, possibly in another case`)
    this.#seen.add(folded)
    if (this.#seen.size > this.limits.entries)
      throw new BundleError('too-many', `it contains more than ${this.limits.entries} files and folders`)
  }
}

/** What makes a name unsafe, in words, the most telling first. */
const dangers: readonly (readonly [test: (name: string) => boolean, what: string])[] = [
  [(name) => name === '', 'is empty'],
  [(name) => name.includes('\uFFFD'), 'is not UTF-8'],
  [(name) => name.includes('\0'), 'contains a NUL character'],
  [(name) => /[\u0000-\u001F\u007F-\u009F]/.test(name), 'contains control characters, which can manipulate a terminal'],
  [
    (name) => /[\p{Bidi_Control}\p{Cf}\u2028\u2029]/u.test(name),
    'contains invisible or bidirectional characters, which make it look like another name',
  ],
  [
    (name) => name.normalize('NFC') !== name,
    'is not in the composed form of Unicode, so other systems may read it as another name',
  ],
  [(name) => name.includes('\\'), 'contains a backslash, which separates folders on other systems'],
  [(name) => /^[A-Za-z]:/.test(name), 'starts with a drive letter'],
  [(name) => name.startsWith('/'), 'is absolute'],
  [(name) => name.split('/').includes('..'), 'leaves the bundle with ..'],
  [(name) => name.split('/').includes('.'), 'contains . instead of a name'],
  [(name) => name.split('/').includes(''), 'contains an empty name between slashes'],
  [
    (name) => name.split('/').some((segment) => Buffer.byteLength(segment) > longestBundleName),
    `is longer than ${longestBundleName} bytes, the maximum for a name`,
  ],
  [
    (name) => !name.split('/').every((segment) => bundleNamePattern.test(segment)),
    'contains characters other than ASCII letters, digits, dots, underscores and hyphens, or starts or ends with a forbidden one',
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
  unfinished: 'capture again; the next capture to the same place removes it',
  unreadable: 'make it readable for your user, or copy it',
  'unsafe-name': 'no capture writes such a name: do not unpack it, and ask the sender',
  link: 'no capture writes links: do not unpack it, and ask the sender; you can copy your own folder with its links resolved',
  'special-file': 'no capture writes anything but files and folders: do not unpack it, and ask the sender',
  duplicate: 'two programs may unpack it differently: do not unpack it, and ask the sender',
  'unknown-file': 'a bundle contains only what a capture writes: move the other files elsewhere',
  'several-folders': 'give one bundle at a time',
  extension: 'a capture writes plain tar headers; if another program packed it again, unpack it and give the folder',
  'too-large': 'no capture writes this much: do not unpack it, and ask the sender',
  'too-many': 'no capture writes this many files: do not unpack it, and ask the sender',
  truncated: 'copy it again; the download was incomplete or the disk was full',
  damaged: 'copy it again; the copy differs from the original',
  'trailing-data': 'copy it again; something was appended to it',
  changing: 'wait until no program writes to it, and read it again',
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
