import { longestBundleName, bundleNamePattern } from './manifest.js'
import { BundleError, shownName } from './bundle-error.js'

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
export function segmentsOf(name: string): readonly string[] {
  const danger = dangers.find(([test]) => test(name))
  if (danger !== undefined) throw new BundleError('unsafe-name', `the name ‘${shownName(name)}’ ${danger[1]}`)
  return name.split('/')
}
